//! The words by which persons are found in a text: those before them, those behind them, and parts of names. Pure.

/// Words before a name or a number of a person. What follows them to the next mark goes.
pub(super) const CUES: [&str; 48] = [
    "投诉人",
    "投诉者",
    "举报人",
    "举报者",
    "爆料人",
    "反映人",
    "反映者",
    "来电人",
    "来信人",
    "诉求人",
    "申请人",
    "投诉人姓名",
    "当事人姓名",
    "消费者姓名",
    "经营者",
    "负责人",
    "通讯员",
    "摄影",
    "联系人",
    "联系电话",
    "联系方式",
    "手机号码",
    "手机号",
    "手机",
    "电话",
    "身份证号码",
    "身份证号",
    "身份证",
    "微信号",
    "微信",
    "微博",
    "抖音号",
    "快手号",
    "小红书号",
    "QQ号",
    "QQ",
    "账号",
    "作者",
    "记者",
    "责任编辑",
    "责编",
    "编辑",
    "发帖人",
    "发布者",
    "博主",
    "用户名",
    "昵称",
    "姓名",
];
/// Words before an account, which stands behind them with or without a colon.
pub(super) const ACCOUNTS: [&str; 8] =
    ["微信号", "微信", "抖音号", "快手号", "小红书号", "QQ号", "QQ", "账号"];
/// Words behind which a name stands only with a colon or in quotes; without one they are common words.
pub(super) const SPEAKERS: [&str; 10] =
    ["网友", "用户", "网民", "消费者", "买家", "家长", "业主", "患者", "市民", "博主"];
/// Words right behind which a name of Chinese characters may stand without any mark.
pub(super) const NAMED: [&str; 23] = [
    "投诉人",
    "投诉者",
    "举报人",
    "举报者",
    "爆料人",
    "反映人",
    "发帖人",
    "来电人",
    "诉求人",
    "当事人",
    "消费者",
    "网友",
    "网民",
    "用户",
    "买家",
    "家长",
    "业主",
    "患者",
    "市民",
    "居民",
    "记者",
    "通讯员",
    "姓名",
];
/// What stands behind a name that no mark ends.
pub(super) const VERBS: [&str; 24] = [
    "反映", "称", "说", "表示", "投诉", "举报", "爆料", "曝光", "购买", "买", "告诉", "告知", "来电", "来信",
    "发帖", "留言", "评论", "吐槽", "发现", "使用", "在", "于", "向", "的",
];
/// Titles behind a family name.
pub(super) const TITLES: [&str; 11] =
    ["先生", "女士", "小姐", "同学", "大爷", "阿姨", "老师", "奶奶", "爷爷", "大妈", "大叔"];
/// Family names of two characters.
pub(super) const DOUBLE_NAMES: [&str; 14] = [
    "欧阳", "司徒", "上官", "诸葛", "司马", "皇甫", "慕容", "尉迟", "令狐", "夏侯", "公孙", "端木", "南宫",
    "长孙",
];
/// Words before a telephone number, which is one then without any grouping.
pub(super) const CALLS: [&str; 7] = ["电话", "致电", "拨打", "热线", "手机", "座机", "联系"];
/// Family names that stand before the titles.
pub(super) const FAMILY_NAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文";
/// What ends a name behind a cue.
pub(super) const ENDS: &str = "，。；、,;|／/）)】》」』”\"\n\r\t";
