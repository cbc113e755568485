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

OUTDATED = "这条消息太旧了，按钮已经失效；请重新问一次。"

CHOSEN = "这里已经选过了；要换一个，请重新问一次。"

NOT_YOURS = "这是给提问的人选的；您可以自己用 /ask 问。"

PLAN_CHANGED = "方案已经更新，这个按钮失效了；请重新发 /{command} 。"

CHART_SENT = "图已经发过了，在这条消息下面。"

NO_CHART = "这个指标没有可以画的数值；请直接看文字回答。"

CHART_BUTTON = "图"

BACK = "‹ 返回列表"

EARLIER, LATER = "‹ 上一页", "下一页 ›"

INLINE_PART = "（第{part}段，共{count}段）{title}"

INLINE_CUT = "……（后面还有，全文请私聊 @{username} 问）"

INLINE_NO_MORE = "没有更多内容"

SOURCE = """\
依据：{summary}。
出处：{source}。
每条回答末尾都写明来源，可以对照原文核实；方案没写的内容我不回答。"""

COMMANDS = {
    "ask": "提问：/ask 问题",
    "task": "看任务：/task 序号",
    "bureau": "看单位分工：/bureau 名称",
    "indicator": "看指标：/indicator 名称",
    "source": "回答的依据",
    "help": "能问什么、怎么问",
    "start": "开始",
}
