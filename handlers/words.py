"""What the bot itself says in a chat; what the plan says comes from ``siwei_bot``."""

from __future__ import annotations

START = """\
您好！我按《{title}》回答问题：谁牵头、谁参与、任务和措施的原文、指标目标。
直接发一句话就能问，例如点下面的例子；全部用法见 /help 。"""

HELP = """\
{how}
可以接着追问，例如“那参与的呢”“2030年呢”；回复我以前的某条回答，就接着那一条问。
改动发出的问题，回答会跟着改。

/task 序号  看一项任务；只发 /task 列出全部任务
/bureau 名称  看一个单位的分工；只发 /bureau 列出全部单位
/indicator 名称  看一个指标；只发 /indicator 列出全部指标
/subscribe 名称  有变动就通知；名称写指标、单位、任务3 或 全部，后面写 08:00 就每天那时通知一次
/subscriptions  看订阅了什么，点一下就取消（群里的订阅只有群管理员能改）
/source  回答的依据

在任何聊天里输入“@{username} 问题”，可以把回答直接发到那里。
点一个例子试试："""

HOW_PRIVATE = "直接发问题就行，不用写命令。"

HOW_GROUP = "在群里这样问：发“/ask 问题”，或者回复我的任一条消息，或者在话里写 @{username} 。"

HELLO = """\
大家好，我按《{title}》回答问题。
在本群这样问：发“/ask 问题”，或者回复我的消息，或者在话里写 @{username} ；别的话我不回。
{privacy}"""

PRIVACY_ON = (
    "隐私模式开着：群里的其他消息我收不到，光写 @ 有时也收不到，用 /ask 最稳；"
    "设我为管理员，或在 @BotFather 关掉隐私模式，就都收得到。"
)

PRIVACY_OFF = "隐私模式关着：群里的消息我都收得到，但只看上面这三种，别的不看也不存。"

LISTS = {
    "task": "方案共{count}项任务，点一项看内容：",
    "bureau": "方案涉及{count}个单位，点一个看分工：",
    "indicator": "方案共{count}项指标，点一项看目标：",
}

EMPTY_LISTS = {
    "task": "方案没有列任务；可以发 /help 看能问什么。",
    "bureau": "方案没有写单位；可以发 /help 看能问什么。",
    "indicator": "方案没有设指标；可以发 /help 看能问什么。",
}

ASK_WHAT = "请把问题写在一起，例如：{command} {example}"

ATTACHMENT = "图片、语音和表情我看不懂，请用文字发问题，例如：{example}"

UNKNOWN_COMMAND = "没有 /{command} 这个命令；直接发问题就行，全部用法见 /help 。"

TOO_FAST = "您问得太快了，我先歇一会儿；请过一分钟再问。"

FAILED = "程序出错了，这个问题没能回答；请换个说法再问一次，或发 /help 看能问什么。"

UNUSABLE = "数据库现在用不了，这一步没有做成；请稍后再试，或告诉管理员。"

OUTDATED = "这条消息太旧了，按钮已经失效；请重新问一次。"

CHOSEN = "这里已经选过了；要换一个，请重新问一次。"

NOT_YOURS = "这是给提问的人选的；您可以自己用 /ask 问。"

PLAN_CHANGED = "方案已经更新，这个按钮失效了；请重新发 /{command} 。"

CHART_SENT = "图已经发过了，在这条消息下面。"


CHART_BUTTON = "图"

SUBSCRIBE_BUTTON, UNSUBSCRIBE_BUTTON = "订阅", "取消订阅"

BACK = "‹ 返回列表"

EARLIER, LATER = "‹ 上一页", "下一页 ›"

INLINE_PART = "（第{part}段，共{count}段）{title}"

INLINE_CUT = "……（后面还有，全文请私聊 @{username} 问）"

INLINE_NO_MORE = "没有更多内容"

SOURCE = """\
依据：{summary}。
出处：{source}。
每条回答末尾都写明来源，可以对照原文核实；方案没写的内容我不回答。"""

# -- subscriptions ---------------------------------------------------------------------------------

PLACE_PRIVATE, PLACE_GROUP, PLACE_TOPIC = "您", "本群", "本话题"

EVERYTHING = "全部"

AT_ONCE = "即时"

DAILY = "每天{time}"

SUBSCRIBE_WHAT = """\
请写明订阅什么，例如：/subscribe {example} ，/subscribe 任务1 ，/subscribe 全部 。
后面加时间，例如 08:00，就改为每天那时发一次。也可以点下面："""

SUBSCRIBED = "已为{place}订阅{name}（{how}）：有变动就发到这里。"

SUBSCRIBED_ALREADY = "{place}已经订阅了{name}，现在是{how}。"

UNSUBSCRIBED = "已取消订阅{name}。"

UNSUBSCRIBED_ALL = "已取消全部{count}项订阅。"

NOTHING_SUBSCRIBED = "这里没有订阅，不用取消。"

NOT_SUBSCRIBED = "这里没有订阅{name}，不用取消；发 /subscriptions 看订阅了什么。"

COVERED_BY_ALL = "这里没有单独订阅{name}，订阅的是全部变动；发 /subscriptions 可以取消。"

CANCELLED_ALREADY = "这一项已经取消了。"

UNKNOWN_TARGET = "方案里没有“{name}”；可以订阅的见 /indicator 、/bureau 、/task 。"

WHICH_TARGET = "您指的是哪一个？请点一个："

WHICH_OF_MANY = "有{count}个名称符合，请写完整些；或者从前面几个里点一个："

TARGET_GONE = "方案里已经没有它了；发 /subscriptions 看订阅了什么。"

SUBSCRIPTIONS = "{place}订阅了{count}项，有变动就发到这里；点一个就取消它："

NO_SUBSCRIPTIONS = "{place}还没有订阅；例如发 /subscribe {example} ，有变动就发到这里。"

CANCEL_BUTTON = "取消 {name}"

ONLY_GROUP_ADMINISTRATORS = "本群的订阅只有群管理员能改；您可以私聊我，给自己订阅。"

UNKNOWN_MEMBER = "现在查不到您是不是群管理员，订阅没有改；请稍后再试。"

# -- for the bot's administrators --------------------------------------------------------------------

ONLY_ADMINISTRATORS = "这个命令只有机器人的管理员能用，什么也没有改；要用请找部署机器人的人（SIWEI_ADMINS）。"

ONLY_PRIVATELY = "这个命令只能在和我的私聊里用，什么也没有改；请私聊我再发一次。"

REPORT_HOW = "请写成：/report 指标 年份 数值 单位 来源 ，例如：{example}"

CONFIRM_REPORT = "确认上报吗？"

CONFIRM_RELOAD = "确认载入吗？"

CONFIRM_BUTTON, REJECT_BUTTON = "确认", "取消"

NOTHING_TO_CONFIRM = "这里没有等您确认的事了；要改，请重新发一次命令。"

REJECTED = "已取消，什么也没有改。"

RECORDED = "已记录：{title}"

IN_DIGESTS = "\n另有{count}处会在每日摘要里看到。"

PLAN_FAULTY = "方案文件有问题，没有载入：\n{error}"

PLAN_UNREADABLE = "没有载入：{error}"

NOTHING_TO_RELOAD = "方案文件没有变动，不用载入。"

DIFFERENCE = "载入方案文件，会有{count}处变动："

NO_DIFFERENCE = "与数据库里的一版相比，内容没有变动；载入后机器人按这个文件回答。"

DIFFERENCE_CUT = "……（变动太多，后面没有列完；请对照 {path} 核实后再确认）"

CHANGED_AGAIN = "方案文件又改过了，没有载入；请重新发 /reload 。"

RELOADED = "已载入《{title}》，有{count}处变动，现在按它回答。"

LOADED_ALREADY = "《{title}》的这一版已经载入过了，现在按它回答；通知发得怎样见 /notices 。"

RELOADED_SAME = "已载入《{title}》，内容没有变动，现在按它回答。"

NOTICE_GOING = "第{notice}号通知正在发送：已发{sent}/{total}，失败{failed}。"

NOTICE_DONE = "第{notice}号通知发完了：送到{sent}/{total}，失败{failed}。"

NOTICE_NOBODY = "\n没有人订阅，不用发通知。"

NOTICE_REASON = "· {reason}：{count}"

STATUS = "通知：待发{queued}，已发{sent}，失败{failed}。\n订阅：{places}处共{subscriptions}项。"

AWAITING = "等每日摘要的变动：{count}条。"

ENDED = "因送不到而结束的订阅有{count}项，最近的："

ENDED_LINE = "· {chat} 的{name}（{at}）：{reason}"

REFRESH_BUTTON = "刷新"

RETRY_BUTTON = "重试失败的{count}条"

RETRIED = "{count}条重新排队了。"

BLOCKED, REMOVED = "对方停用了机器人", "机器人被移出群"

CHAT_GONE, TOPIC_GONE = "聊天已经不在了", "话题已经删除"

UNWANTED = "对方不接收机器人的消息"

NO_RIGHTS = "机器人在那里没有发言的权限"

TOPIC_CLOSED = "话题已经关闭"

REFUSED = "Telegram 没有收下（{error}）"

UNREACHABLE = "连不上 Telegram"

COMMANDS = {
    "ask": "提问：/ask 问题",
    "task": "看任务：/task 序号",
    "bureau": "看单位分工：/bureau 名称",
    "indicator": "看指标：/indicator 名称",
    "source": "回答的依据",
    "subscribe": "订阅变动：/subscribe 名称 或 全部",
    "unsubscribe": "取消订阅：/unsubscribe 名称 或 全部",
    "subscriptions": "看订阅了什么",
    "report": "上报实际值：/report 指标 年份 数值",
    "reload": "重新载入方案文件",
    "notices": "看通知发得怎样",
    "help": "能问什么、怎么问",
    "start": "开始",
}
