//! What is taken out of a text before anything is stored: whoever posted or complained, and how to reach them. Pure.
//!
//! A signal is about products. The names of those who speak of them, their handles, telephone numbers, identity numbers and mail addresses are
//! needed for nothing, so they are not kept. Names of firms, codes of firms and barcodes stay.

use crate::core::cells::narrow;
use crate::signals::strip_words::{
    ACCOUNTS, CALLS, CUES, DOUBLE_NAMES, ENDS, FAMILY_NAMES, NAMED, SPEAKERS, TITLES, VERBS,
};

/// What stands in place of something that was taken out.
const GONE: char = '＊';

/// Letters and digits of an account at least.
const SHORTEST_ACCOUNT: usize = 5;

/// A text without persons.
#[must_use]
pub fn strip(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let narrowed: Vec<char> = chars.iter().map(|c| narrow(*c)).collect();
    let mut gone = vec![false; chars.len()];
    mails_and_handles(&narrowed, &mut gone);
    numbers(&narrowed, &mut gone);
    cues(&narrowed, &mut gone);
    accounts(&narrowed, &mut gone);
    speakers(&narrowed, &mut gone);
    names(&narrowed, &mut gone);
    titles(&narrowed, &mut gone);
    let mut out = String::with_capacity(text.len());
    for (c, gone) in chars.iter().zip(gone) {
        match gone {
            true if out.ends_with(GONE) => {}
            true => out.push(GONE),
            false => out.push(*c),
        }
    }
    out
}

/// Whether a cell is what only persons have: a telephone number, an identity number, a mail address.
#[must_use]
pub fn is_personal(cell: &str) -> bool {
    let narrowed: Vec<char> = cell.chars().map(narrow).collect();
    let mut gone = vec![false; narrowed.len()];
    mails_and_handles(&narrowed, &mut gone);
    numbers(&narrowed, &mut gone);
    gone.contains(&true)
}

/// Whether a heading is that of a column with persons.
#[must_use]
pub fn is_personal_heading(heading: &str) -> bool {
    const ZH: [&str; 30] = [
        "姓名",
        "投诉人",
        "举报人",
        "投诉者",
        "举报者",
        "消费者",
        "诉求人",
        "诉求者",
        "反映人",
        "反映者",
        "来电人",
        "来电号码",
        "来信人",
        "来访人",
        "申请人",
        "投诉方",
        "举报方",
        "提供方",
        "联系人",
        "联系方式",
        "账号",
        "电话",
        "手机",
        "身份证",
        "证件号",
        "邮箱",
        "微信",
        "住址",
        "通讯地址",
        "年龄",
    ];
    const EN: [&str; 12] = [
        "complainant",
        "caller",
        "contact",
        "wechat",
        "consumer",
        "phone",
        "mobile",
        "email",
        "id number",
        "id_number",
        "full name",
        "address of",
    ];
    let heading = heading.to_lowercase();
    ZH.iter().chain(&EN).any(|word| heading.contains(word)) && !heading.contains("消费者权益")
}

fn mark(gone: &mut [bool], from: usize, to: usize) {
    for place in gone.iter_mut().take(to).skip(from) {
        *place = true;
    }
}

fn at(text: &[char], place: usize) -> Option<char> {
    text.get(place).copied()
}

/// Mail addresses as a whole, and what stands behind an at sign.
fn mails_and_handles(text: &[char], gone: &mut [bool]) {
    let of_address = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    for (place, c) in text.iter().enumerate() {
        if *c != '@' {
            continue;
        }
        let (mut from, mut to) = (place, place + 1);
        while from > 0 && at(text, from - 1).is_some_and(of_address) {
            from -= 1;
        }
        let is_mail = from < place && at(text, to).is_some_and(|c| c.is_ascii_alphanumeric());
        if !is_mail {
            from = place;
        }
        let of_handle = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '·');
        // A Chinese handle is at most 16 characters long; where no blank ends it, more than the handle may go.
        while to - place <= 40
            && at(text, to).is_some_and(|c| if is_mail { of_address(c) } else { of_handle(c) })
        {
            to += 1;
        }
        if to > place + 1 {
            mark(gone, from, to);
        }
    }
}

/// Telephone and identity numbers. Digits may be grouped by blanks and hyphens.
fn numbers(text: &[char], gone: &mut [bool]) {
    let mut place = 0;
    while place < text.len() {
        if !at(text, place).is_some_and(|c| c.is_ascii_digit() || c == '+')
            || (place > 0 && at(text, place - 1).is_some_and(|c| c.is_ascii_alphanumeric()))
        {
            place += 1;
            continue;
        }
        let (mut digits, mut to, mut end) = (String::new(), place, place);
        // A separator counts only between digits.
        while let Some(c) = at(text, to) {
            if c.is_ascii_digit() {
                digits.push(c);
                end = to + 1;
            } else if !(matches!(c, ' ' | '-' | '(' | ')') || (c == '+' && to == place)) || to > end + 1 {
                break;
            }
            to += 1;
            if digits.len() > 24 {
                break;
            }
        }
        let last_is_x = at(text, end).is_some_and(|c| c == 'X' || c == 'x');
        let followed = at(text, end + usize::from(last_is_x)).is_some_and(|c| c.is_ascii_alphanumeric());
        let grouped = end - place > digits.len();
        let asked = grouped || called(text, place);
        if !followed
            && (is_identity(&digits, last_is_x) || is_phone(&digits, asked) || first_is_phone(text, place))
        {
            mark(gone, place, end + usize::from(last_is_x));
        }
        place = end.max(place + 1);
    }
}

/// Whether a word before a number says that it is to be called.
fn called(text: &[char], place: usize) -> bool {
    let before = text.get(..place).unwrap_or_default();
    let bare = before.iter().rposition(|c| !matches!(c, ' ' | ':' | '：' | '(' | '（'));
    let end = bare.map_or(0, |last| last + 1);
    CALLS
        .iter()
        .any(|word| end.checked_sub(word.chars().count()).is_some_and(|from| stands(text, from, word)))
}

/// Digits of one group alone, where those behind it belong to something else.
fn first_is_phone(text: &[char], place: usize) -> bool {
    let digits: String = text.iter().skip(place).take_while(|c| c.is_ascii_digit()).collect();
    is_phone(&digits, false)
}

/// 18 places with a date of birth, the last a digit or X.
fn is_identity(digits: &str, last_is_x: bool) -> bool {
    let length = digits.len() + usize::from(last_is_x);
    let century = digits.get(6..8).is_some_and(|century| century == "19" || century == "20");
    let month =
        digits.get(10..12).and_then(|month| month.parse::<u8>().ok()).is_some_and(|m| (1..=12).contains(&m));
    length == 18 && century && month
}

/// A mobile number, one with the code of an area, one of a service. A number of an area without grouping might be any other number: it counts
/// only with the hyphen.
fn is_phone(digits: &str, grouped: bool) -> bool {
    let bare = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).unwrap_or(digits);
    let mobile = bare.len() == 11
        && bare.starts_with('1')
        && bare.chars().nth(1).is_some_and(|c| ('3'..='9').contains(&c));
    let area =
        grouped && digits.starts_with('0') && !digits.starts_with("00") && (10..=12).contains(&digits.len());
    mobile || area
}

fn stands(text: &[char], place: usize, word: &str) -> bool {
    let mut length = 0;
    for (n, c) in word.chars().enumerate() {
        if at(text, place + n) != Some(c) {
            return false;
        }
        length = n + 1;
    }
    length > 0
}

/// What follows a cue and a colon, up to the next mark; 20 characters at most.
fn cues(text: &[char], gone: &mut [bool]) {
    for place in 0..text.len() {
        let longest =
            CUES.iter().filter(|cue| stands(text, place, cue)).max_by_key(|cue| cue.chars().count());
        let Some(cue) = longest else { continue };
        let mut from = place + cue.chars().count();
        if !at(text, from).is_some_and(|c| matches!(c, ':' | '：')) {
            continue;
        }
        from += 1;
        while at(text, from).is_some_and(|c| c == ' ') {
            from += 1;
        }
        let mut to = from;
        while to - from < 20 && at(text, to).is_some_and(|c| !(ENDS.contains(c) || c == ' ' && to > from + 1))
        {
            to += 1;
        }
        mark(gone, from, to);
    }
}

/// Accounts right behind the word for them: 微信号abc12345.
fn accounts(text: &[char], gone: &mut [bool]) {
    let of_account = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    for place in 0..text.len() {
        let longest =
            ACCOUNTS.iter().filter(|word| stands(text, place, word)).max_by_key(|word| word.chars().count());
        let Some(word) = longest else { continue };
        let mut from = place + word.chars().count();
        while at(text, from).is_some_and(|c| matches!(c, ' ' | ':' | '是' | '为')) {
            from += 1;
        }
        let length = text.iter().skip(from).take_while(|c| of_account(**c)).take(40).count();
        if length >= SHORTEST_ACCOUNT {
            mark(gone, from, from + length);
        }
    }
}

/// Chinese names right behind who they are, up to a mark, a blank or a verb: 消费者张三反映. What a person calls oneself stands between blanks:
/// 网友 小王爱玩 称.
fn names(text: &[char], gone: &mut [bool]) {
    let ends = |place: usize| match at(text, place) {
        None => true,
        Some(c) if ENDS.contains(c) || c == ' ' || c == ':' || c == '(' || c == '（' => true,
        Some(_) => VERBS.iter().any(|verb| stands(text, place, verb)),
    };
    let is_han = |place: usize| at(text, place).is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for place in 0..text.len() {
        let Some(word) = NAMED.iter().find(|word| stands(text, place, word)) else { continue };
        let mut from = place + word.chars().count();
        let blank = at(text, from) == Some(' ');
        from += usize::from(blank);
        let family = match at(text, from) {
            Some(_) if DOUBLE_NAMES.iter().any(|name| stands(text, from, name)) => 2,
            Some(c) if FAMILY_NAMES.contains(c) => 1,
            _ => 0,
        };
        let own = (1..=2).find(|length| is_han(from + family + length - 1) && ends(from + family + length));
        if let (1.., Some(length)) = (family, own) {
            mark(gone, from, from + family + length);
        } else if blank && SPEAKERS.contains(word) {
            let length = text.iter().skip(from).take(20).position(|c| *c == ' ').unwrap_or(0);
            if length > 0 && VERBS.iter().any(|verb| stands(text, from + length + 1, verb)) {
                mark(gone, from, from + length);
            }
        }
    }
}

/// Names in quotes or brackets behind who speaks: 网友“某某”.
fn speakers(text: &[char], gone: &mut [bool]) {
    for place in 0..text.len() {
        let Some(word) = SPEAKERS.iter().find(|word| stands(text, place, word)) else { continue };
        let from = place + word.chars().count();
        let close = match at(text, from) {
            Some('“') => '”',
            Some('"') => '"',
            Some('「') => '」',
            Some('【') => '】',
            Some('\'') => '\'',
            _ => continue,
        };
        let length = text.iter().skip(from + 1).take(24).position(|c| *c == close);
        if let Some(length) = length {
            mark(gone, from + 1, from + 1 + length);
        }
    }
}

/// A family name, perhaps with 某 or one more character, before a title.
fn titles(text: &[char], gone: &mut [bool]) {
    for place in 0..text.len() {
        if !TITLES.iter().any(|title| stands(text, place, title)) {
            continue;
        }
        for back in 1..=4 {
            let Some(from) = place.checked_sub(back) else { break };
            let double = back > 1 && DOUBLE_NAMES.iter().any(|name| stands(text, from, name));
            if double || (back < 4 && at(text, from).is_some_and(|c| FAMILY_NAMES.contains(c))) {
                mark(gone, from, place);
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_go_and_products_stay() {
        for (text, kept) in [
            ("网友“小王爱玩”称电线漏电", "网友“＊”称电线漏电"),
            ("@质量卫士 曝光某品牌插座", "＊ 曝光某品牌插座"),
            ("来信 zhang.san@example.com 反映", "来信 ＊ 反映"),
            ("电话13812345678，插座起火", "电话＊，插座起火"),
            ("138-1234-5678 反映", "＊ 反映"),
            ("投诉人：李四，电话：020-83335555。产品 A1", "投诉人：＊，电话：＊。产品 A1"),
            ("身份证 44010319900101123X 的张女士购买", "身份证 ＊ 的＊女士购买"),
            ("条码 6901234567892 的玩具", "条码 6901234567892 的玩具"),
            ("佛山市恒通电缆有限公司 91440600MA4UXXXX0A", "佛山市恒通电缆有限公司 91440600MA4UXXXX0A"),
            ("执行标准 GB 4706.1-2005", "执行标准 GB 4706.1-2005"),
            ("2026-11-02 10:20 发布", "2026-11-02 10:20 发布"),
            ("（记者：王五）电热水壶召回", "（记者：＊）电热水壶召回"),
            ("本报讯（记者张三 通讯员李四）", "本报讯（记者＊ 通讯员＊）"),
            ("消费者张三反映插座漏电", "消费者＊反映插座漏电"),
            ("举报人欧阳锋称", "举报人＊称"),
            ("投诉人姓名 张三", "投诉人姓名 ＊"),
            ("欧阳女士称插座漏电", "＊女士称插座漏电"),
            ("网友 小王爱玩 称漏电", "网友 ＊ 称漏电"),
            ("微信号abc12345，QQ号：123456789", "微信号＊，QQ号：＊"),
            ("致电02083335555反映", "致电＊反映"),
            ("消费者高度关注产品质量", "消费者高度关注产品质量"),
            ("消费者购买的插座", "消费者购买的插座"),
            ("记者从市场监管局获悉", "记者从市场监管局获悉"),
            ("用户 质疑 产品质量", "用户 质疑 产品质量"),
            ("编号 036000291452", "编号 036000291452"),
            ("康师傅牌", "康师傅牌"),
        ] {
            assert_eq!(strip(text), kept, "{text}");
        }
    }

    #[test]
    fn columns_and_cells_of_persons_are_known() {
        for heading in ["投诉人姓名", "联系电话", "Complainant", "手机号", "消费者", "反映人", "联系方式"]
        {
            assert!(is_personal_heading(heading), "{heading}");
        }
        for heading in ["产品种类", "件数", "地区", "item", "消费者权益保护事项"] {
            assert!(!is_personal_heading(heading), "{heading}");
        }
        assert!(is_personal("13812345678") && is_personal("44010319900101123X") && is_personal("a@b.cn"));
        assert!(!is_personal("440100") && !is_personal("2026-05") && !is_personal("6901234567892"));
    }

    #[test]
    fn nothing_is_too_strange() {
        for text in ["", "@", "@@@@", "电话：", "＋86", "先生", "网友“", "投诉人：", "1", "\u{0}\u{1F600}"]
        {
            let _ = strip(text);
        }
        assert_eq!(strip(&"9".repeat(5000)).chars().count(), 5000);
    }
}
