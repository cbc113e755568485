"""Write siwei_bot/language/data/words.txt, the small general dictionary of the word cutter.

    python tools/make_words.py           write the file
    python tools/make_words.py --check   exit 1 if the file is not what this script writes

The words, their frequencies and tags are taken from ``dict.txt`` of jieba 0.42.1
(https://github.com/fxsjy/jieba), Copyright (c) 2013 Sun Junyi, under the MIT License. The notice
that the licence asks for is in ``siwei_bot/language/data/words.LICENSE``, next to the words.

To have one more word, add it to ``KEEP`` (jieba must know it) and run the script again. Names of
bodies and places, and the words of one plan, do not belong here: they are added to the cutter
when it is built (see ``siwei_bot.language.words``).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

WORDS = Path(__file__).resolve().parent.parent / "siwei_bot" / "language" / "data" / "words.txt"

DICTIONARY_SHA256 = "7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8"
"""The dictionary of jieba 0.42.1; from another one the file could not be reproduced."""

LONGEST = 4
WORD_CUTOFF = 450
CHARACTER_CUTOFF = 1000
"""A character below it is cut off alone all the same, so it need not be listed."""

NAME_TAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz"})
"""People, foreign people, places, bodies, other proper names (and ordinary words mistagged so)."""

COUNTING_TAGS = frozenset({"m", "mq", "t"})
COUNTING = frozenset("一二三四五六七八九十百千万亿两几半数第零余")
"""一条, 二十七年, 第五届: a number's words are read by the number reader, not by the cutter."""

# Frequent in the novels and local papers that jieba counted, and nothing to ask a bot about.
_DROP = "丘处机 周恩来 闻一多 皇太极 拿破仑 摸金校尉 天河机场 学府路 公生桥 科比 中纺 过儿"
DROP = frozenset(_DROP.split())

# Words of officials and of everyday questions that are rare in novels, and ordinary words that
# jieba tags as names: kept whatever their frequency and tag.
_KEEP = """
浇 一下 一个 一些 一会 一半 一号 一度 一手 一月 一次 一点 一生 一种 一类 一级 一线 一行 一起
一面 七月 万一 万亩 万元 万吨 万岁 万辆 万里 三代 三峡 三月 上传 上山 上市 上路 上门 上限
下发 下山 下限 丘陵 丛林 东北 东南 东西 东路 东门 两个 两会 中东 中国 中文 中断 中水 中考
中职 乌云 乌龟 九月 乾坤 二人 二手 二月 云云 五一 五月 井盖 亚军 亚洲 交警 京城 亮化 亮点
人防 亿元 亿吨 代办 令人 优抚 会展 传承 伦理 伯伯 低保 体操 何地 佛教 供暖 供水 供热 供销
侨务 侨联 侨胞 保健 保姆 保安 保洁 保温 信访 修正 倒数 值守 停水 停电 停车 健步 元帅 元老
光伏 光荣 光辉 免税 党史 党建 兜底 入口 入海 八月 公交 公厕 公墓 公正 公示 公证 六月 兰花
关怀 关联 兴旺 兴盛 养猪 养老 兽医 内城 内河 内涝 再见 军转 农户 农机 农膜 农贸 农资 冰川
决算 冷笑 净化 减半 减排 减税 几个 几位 几天 几年 几条 几次 几点 几种 几项 出处 出行 分管
列出 刚毅 到期 前年 办证 加盟 加薪 加装 动车 北极 北路 北门 区县 区间 医保 十分 十月 千万
千瓦 半夜 半天 半年 华东 华中 华丽 华北 华南 华夏 协办 卓越 南北 南极 南路 南门 博客 占道
卫星 印发 印度 危房 历年 原文 原谅 县区 友谊 双拥 反恐 发票 取水 古典 古城 古建 古文 古树
古老 古镇 台办 台胞 台账 台风 史实 史志 史诗 叶子 吉祥 名木 后年 听错 周旋 周转 呼唤 咋办
咋样 和尚 和平 哥哥 哪家 喜庆 喷灌 嘉宾 噪音 四月 回国 回族 回迁 团委 园区 固化 国企 国安
国库 国资 图表 城南 城市 城管 城西 城镇 基准 基数 基期 基站 堤坝 堵车 填埋 复员 复议 外卖
外国 外墙 多谢 多长 夜市 大国 大坝 大奖 大山 大战 大桥 大棚 大洋 大海 大街 天亮 天文 天桥
天真 太平 太阳 奇特 契税 契约 妇幼 妇联 威信 子孙 孔雀 存量 孙子 孤儿 学区 宁可 宁静 安危
安宁 安抚 安静 定性 定量 宝库 宝石 宝贝 宝贵 客服 宣言 宫殿 家族 家畜 家禽 容纳 宽带 宾客
密封 封锁 小区 小姐 小康 小镇 尘肺 就医 尾气 尾矿 展会 屠宰 山区 山峰 山川 山林 山水 山河
山洞 山脉 岸线 崇尚 崇拜 崇高 巡察 巡查 巡视 工伤 左翼 巨石 巴掌 布满 师傅 师兄 师生 师范
帝王 平原 年限 幼儿 幼教 广电 庆典 序号 底线 康复 廉政 建国 弄错 引水 引黄 弘扬 张开 张贴
弱项 影院 征兵 征地 德国 快件 快递 急救 急诊 总责 恒星 您好 慈善 慢行 戒毒 才华 打井 托底
执照 扫黑 承办 技校 抓手 投标 抗争 抗日 抗旱 抗衡 抗议 抗震 抚恤 护林 护照 报社 报警 报销
抽样 拆迁 招标 拥堵 拼音 持平 挂号 按期 排序 排查 排涝 排行 搞错 搬迁 摊位 摊贩 支部 收运
改厕 攻坚 政法 救灾 整改 文教 文明 文联 断水 断面 新城 新建 新村 新鲜 方志 日志 日本 早点
早餐 旱灾 旷野 明星 明智 明白 明细 星星 晋升 普及 普法 普通 智慧 暖气 曙光 曝光 最多 朝廷
本年 朴素 机井 机要 权威 杜绝 杨柳 松树 林地 林子 林木 林立 查明 核准 桂花 梅花 梳理 检疫
植树 楼房 欠薪 欠账 欠费 欧洲 正宗 正文 步道 武功 残联 殷勤 毛巾 民宿 民警 气瓶 氨氮 水井
水价 水务 水厂 水坝 水塔 水权 水管 水表 水费 汇总 汇报 汉字 汉族 汉语 江北 江水 江河 池塘
沙化 沙发 沙滩 河口 河水 河湖 河西 河谷 油烟 治国 治安 治沙 沿河 泉水 法典 法国 波浪 泵站
洗浴 洗车 洪水 洪灾 流转 海关 海峡 海洋 海港 海湾 海滨 海滩 海绵 消防 涉外 淡化 深山 深度
深水 深海 清单 清扫 清淤 清真 清运 渣土 温室 温馨 湖区 湖水 湖泊 源泉 满怀 滨海 滴灌 漏水
灌区 灵敏 烟花 热力 热源 焚烧 煤气 燃气 燃煤 燃爆 燕子 爆竹 爱国 物业 牵头 献血 玉石 玉米
王朝 环卫 环比 珠宝 用地 用工 用电 田园 田野 甲烷 申报 电价 电商 电网 电费 畜禽 疏浚 疫情
疫苗 痛点 登山 白云 白发 白领 百年 百科 盐业 盘点 看错 督办 督查 短板 石英 矿井 硬化 确权
礼拜 社保 祖先 祖宗 祝贺 神圣 禁毒 福利 种树 科协 科普 秸秆 税费 稽查 立功 站台 章节 端正
第一 第三 第二 第几 签证 管线 管网 米粉 粪便 粪污 粮库 粮油 精华 红外 红旗 红线 纪委 纪检
练兵 细化 经办 统战 绿地 编号 缴费 网址 美丽 美化 美味 美国 翻倍 翻番 老公 老汉 老虎 聊天
职教 胡同 胡子 胡说 能耗 脱贫 臭氧 舆情 节水 节能 英俊 英勇 英国 英才 英语 英雄 范畴 草坪
荒山 荣耀 荣获 荣誉 落户 蓄水 蓝图 蓝天 蓬勃 血站 补助 表格 装修 西北 西南 西瓜 西路 西门
要点 言语 认错 许可 论文 诊所 说错 诸如 调水 谢谢 豪杰 财税 账号 货运 质检 质监 贵宾 超标
超采 超额 路桥 路灯 车位 转业 转接 软化 输水 辛勤 辟谣 边检 达标 过敏 过期 迎宾 远景 远期
违建 违章 退伍 逃生 通讯 通达 道德 道教 避险 邮箱 都市 采矿 重镇 量化 金黄 钱财 银杏 销号
锅炉 长城 长度 长江 门诊 闸门 防控 防汛 防洪 防火 防风 阳光 阴阳 附件 附表 陆军 陈列 陈设
陈述 除恶 陵园 难点 雪山 零工 雷达 青春 非洲 鞭炮 页码 顾客 顾问 预约 风电 飞翔 餐饮 饮水
驾照 骑手 高原 高峰 高明 高潮 高职 高薪 高铁 麦子 麻木 黄河 黑客 齐全 一会儿 一季度 一把手
一方面 一时间 一次性 一系列 一部分 万人次 万公顷 万千瓦 万美元 三季度 不动产 世界杯 东南亚 个体户
中医药 中医院 中轴线 中长期 二季度 五保户 交易所 交警队 亿美元 任务书 住宅区 体育馆 便利店 保健院
保护区 保税区 信号灯 停车场 健身房 储备粮 光污染 党中央 党支部 党组织 全运会 公交站 公交线 公交车
公证处 共产党 共和国 共青团 养殖场 养老金 养老院 农家乐 农民工 减量化 出入境 出租车 利用率 化粪池
十一五 十一月 十二月 十四五 博士生 卫生间 卫生院 危险品 古建筑 合作社 合格率 咨询台 哪一年 四季度
回收率 国务院 国际化 土地税 地方志 地表水 垃圾桶 垃圾站 垃圾袋 垃圾车 城中村 城镇化 基督教 塑料袋
增值税 处理率 失业率 婴幼儿 子弟兵 季后赛 孵化器 宅基地 安全性 完成率 客运站 宣传部 小姑娘 小学生
小提琴 少年宫 居住证 居委会 居民楼 工商联 巧克力 幼儿园 廉租房 怎么办 户口本 房产税 所得税 手机号
托儿所 抗生素 指导性 摩托车 攻坚战 政法委 救助站 敬老院 文化宫 文化馆 斑马线 新世纪 新能源 新闻网
无害化 无障碍 早上好 时间表 普及率 暂住证 望远镜 机器人 村村通 检察官 棚户区 殡仪馆 水污染 水源地
污染源 汽车站 没关系 派出所 液化气 港澳台 游泳馆 物业费 用水量 病虫害 登记处 百分之 百分点 目标值
福利院 科技馆 立法权 第一次 第几个 第几条 篮球场 红十字 红绿灯 约束性 组织部 统战部 统计表 维生素
绿化带 绿化率 老太太 职业病 联合会 联合国 联系人 胡萝卜 自来水 自治县 自治州 自贸区 荒漠化 菜市场
菜篮子 蓄水池 融资难 装配式 覆盖率 解放军 许可证 贡献者 责任人 责任制 资源化 足球场 路线图 转运站
达标率 运动场 退休金 金字塔 错别字 长三角 门诊部 防腐剂 青少年 音乐会 预算内 颗粒物 饮用水 马拉松
驾驶证 验证码 高新区 高质量 黄金周 万平方米 万立方米 东北地区 中华民族 中央政府 事业单位 二氧化硫
二氧化碳 交易中心 人口普查 人工智能 人民政府 人民日报 人民法院 亿立方米 以旧换新 公共资源 农业机械
农村公路 农田水利 农贸市场 卫生城市 危险废物 可不可以 商业银行 困难群众 国土资源 国家机关 国有企业
地下通道 地质灾害 垃圾处理 城市更新 城市规划 基本农田 妇幼保健 学前教育 工业园区 市场监管 常住人口
广播电视 急救中心 总体规划 招商引资 文明城市 新闻出版 服务中心 森林公园 民营企业 氮氧化物 水土保持
水土流失 污水处理 法律援助 流动人口 爱国主义 环卫工人 环境卫生 电动汽车 电子政务 疾控中心 社会科学
科研院所 空气质量 空间规划 第三产业 第二产业 红十字会 综合利用 网络安全 联系方式 自行车道 营业执照
行动计划 解放战争 轨道交通 违章建筑 退役军人 集体土地 集成电路 领导小组 食品安全 高级中学 龙头企业
"""
KEEP = frozenset(_KEEP.split())


def dictionary() -> bytes:
    """The dictionary that the installed jieba ships, without importing jieba."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("make_words: jieba is not installed")
    content = (Path(spec.submodule_search_locations[0]) / "dict.txt").read_bytes()
    if hashlib.sha256(content).hexdigest() != DICTIONARY_SHA256:
        raise SystemExit("make_words: the installed jieba has another dictionary than jieba 0.42.1")
    return content


def is_simplified(word: str) -> bool:
    """GB 2312 has the everyday simplified characters and no traditional ones."""
    try:
        word.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return not word.isascii()


def is_common(character: str) -> bool:
    """The first level of GB 2312: the 3755 most used characters."""
    return 0xB0 <= character.encode("gb2312")[0] <= 0xD7


def wanted(word: str, frequency: int, tag: str) -> bool:
    """Whether an entry of jieba's dictionary is an everyday word."""
    if len(word) > LONGEST or not is_simplified(word) or word in DROP:
        return False
    if word in KEEP:
        return True
    if len(word) == 1:
        return frequency >= CHARACTER_CUTOFF and is_common(word)
    if tag in NAME_TAGS or (tag in COUNTING_TAGS and word[0] in COUNTING):
        return False
    return frequency >= WORD_CUTOFF


def make(content: bytes) -> bytes:
    """The file's content, from jieba's dictionary."""
    lines: list[str] = []
    unknown = set(KEEP)
    for line in content.decode("utf-8").splitlines():
        word, frequency, tag = line.split(" ")
        if wanted(word, int(frequency), tag):
            lines.append(f"{word} {frequency} {tag}\n")
            unknown.discard(word)
    if unknown:
        raise SystemExit(f"make_words: not in jieba's dictionary: {' '.join(sorted(unknown))}")
    return "".join(sorted(lines)).encode("utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write the word cutter's general dictionary.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if it differs")
    check: bool = parser.parse_args(arguments).check
    content = make(dictionary())
    if check:
        if not WORDS.is_file() or WORDS.read_bytes() != content:
            print(f"{WORDS.name} differs: run python tools/make_words.py", file=sys.stderr)
            return 1
        return 0
    WORDS.write_bytes(content)
    print(f"{WORDS.name}: {len(content.splitlines())} words, {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
