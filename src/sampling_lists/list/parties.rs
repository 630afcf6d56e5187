//! Names of enterprises as lists write them: two parties in one cell, shops with their firm in brackets, producers abroad. Pure.

use crate::core::cells::{compact, is_empty, tidy};
use crate::list_files::placeholder::is_placeholder;

/// Client and contractor of an entrusted production (委托生产).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    /// Commissioning party (委托方).
    pub client: Option<String>,
    /// Contract manufacturer (受托方).
    pub contractor: Option<String>,
}

const CLIENT: [&str; 7] = ["委托方", "委托单位", "委托企业", "委托生产企业", "委托商", "委托生产", "委托"];
const CONTRACTOR: [&str; 9] = [
    "受委托方",
    "被委托方",
    "受托方",
    "受托单位",
    "受托企业",
    "受托生产企业",
    "被委托单位",
    "生产方",
    "受托",
];

/// Which party a label names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Party {
    Client,
    Contractor,
}

fn label(text: &str) -> Option<(Party, &str)> {
    let labels = CONTRACTOR.iter().map(|word| (Party::Contractor, *word));
    let all = labels.chain(CLIENT.iter().map(|word| (Party::Client, *word)));
    // The longest one: 委托方 begins like 委托.
    let found = all.filter(|(_, word)| text.starts_with(word)).max_by_key(|(_, word)| word.len())?;
    text.strip_prefix(found.1).map(|rest| (found.0, rest))
}

/// The two parties of a cell that names both, by labels before the names (`委托方：甲公司；受托方：乙公司`) or in brackets behind
/// them (`甲公司（委托方）/乙公司（受托方）`); none where it names no parties.
#[must_use]
pub fn labelled(text: &str) -> Option<Parties> {
    let text = compact_marks(text);
    let mut parties = Parties::default();
    let mut any = false;
    for part in pieces(&text) {
        let (party, name) = if let Some((party, rest)) = label(&part) {
            let name = rest.trim_start_matches([':', '：', ')', ' ', '(']);
            (Some(party), name.to_owned())
        } else if let Some((name, inside)) = bracketed(&part) {
            match label(&inside) {
                Some((party, "")) => (Some(party), name),
                _ => (None, part.clone()),
            }
        } else {
            (None, part.clone())
        };
        let name = tidy(&name);
        if is_empty(&name) || is_placeholder(&name) {
            any |= party.is_some();
            continue;
        }
        match party {
            Some(Party::Client) => (parties.client, any) = (Some(name), true),
            Some(Party::Contractor) => (parties.contractor, any) = (Some(name), true),
            None => {}
        }
    }
    any.then_some(parties)
}

/// The two parties of a cell under the heading 委托方/受托方: by their labels, or in this order on both sides of a mark.
#[must_use]
pub fn both(text: &str) -> Parties {
    if let Some(parties) = labelled(text) {
        return parties;
    }
    let text = compact_marks(text);
    let mut names = pieces(&text).into_iter().map(|name| tidy(&name));
    let mut next = || names.next().filter(|name| !is_empty(name) && !is_placeholder(name));
    Parties { client: next(), contractor: next() }
}

/// Brackets and colons of one width; line breaks are kept.
fn compact_marks(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            '：' => ':',
            '；' => ';',
            '／' => '/',
            c => c,
        })
        .collect()
}

/// The parts of a cell: at separators, and before each label that follows a blank or a bracket.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for part in text.split(['/', ';', '\n', '\r', ',', '，', '、', '|']) {
        let mut rest = part.trim();
        // `委托方:甲公司 受托方:乙公司`
        while let Some(at) = second_label(rest) {
            let (first, second) = rest.split_at(at);
            pieces.push(first.trim().to_owned());
            rest = second;
        }
        pieces.push(rest.trim().to_owned());
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Where a label with a colon begins that is not the first of a text.
fn second_label(text: &str) -> Option<usize> {
    let words = CONTRACTOR.iter().chain(&CLIENT);
    let mut found: Vec<usize> = Vec::new();
    for word in words {
        for (at, _) in text.match_indices(word) {
            let behind = text.get(at + word.len()..).unwrap_or_default();
            // 被委托方 holds 委托方.
            let inner = text.get(..at).is_some_and(|before| before.ends_with(['被', '受']));
            if at > 0 && !inner && behind.starts_with(':') {
                found.push(at);
            }
        }
    }
    found.into_iter().min()
}

/// A name with something in brackets at its end.
fn bracketed(text: &str) -> Option<(String, String)> {
    let rest = text.trim_end().strip_suffix([')', '）'])?;
    let at = rest.rfind(['(', '（'])?;
    let (name, inside) = rest.split_at(at);
    let inside: String = inside.chars().skip(1).collect();
    let (name, inside) = (name.trim().to_owned(), inside.trim().to_owned());
    (!name.is_empty() && !inside.is_empty()).then_some((name, inside))
}

/// What the name of a firm ends with.
const FIRMS: [&str; 8] = ["公司", "集团", "厂", "合作社", "经营部", "商行", "贸易行", "个体工商户"];
/// What the name of a shop ends with.
const SHOPS: [&str; 14] = [
    "店",
    "旗舰店",
    "专营店",
    "专卖店",
    "商场",
    "超市",
    "商城",
    "门市部",
    "门市",
    "市场",
    "档口",
    "卖场",
    "便利店",
    "铺",
];

/// The firm that runs a shop, and the shop, where a cell names both: `某某旗舰店（杭州某某贸易有限公司）`, or the other way round. None
/// where it names one.
#[must_use]
pub fn shop_and_firm(text: &str) -> Option<(String, String)> {
    let (outside, inside) = bracketed(&tidy(text))?;
    let ends = |name: &str, words: &[&str]| words.iter().any(|word| compact(name).ends_with(word));
    if ends(&inside, &FIRMS) && ends(&outside, &SHOPS) {
        return Some((inside, outside));
    }
    if ends(&outside, &FIRMS) && ends(&inside, &SHOPS) {
        return Some((outside, inside));
    }
    None
}

/// Countries and regions outside the mainland, as lists name them.
const ABROAD: [&str; 38] = [
    "中国香港",
    "中国澳门",
    "中国台湾",
    "香港",
    "澳门",
    "台湾",
    "日本",
    "韩国",
    "朝鲜",
    "美国",
    "英国",
    "德国",
    "法国",
    "意大利",
    "西班牙",
    "荷兰",
    "瑞士",
    "瑞典",
    "丹麦",
    "挪威",
    "芬兰",
    "比利时",
    "奥地利",
    "波兰",
    "俄罗斯",
    "加拿大",
    "墨西哥",
    "巴西",
    "澳大利亚",
    "新西兰",
    "印度",
    "印度尼西亚",
    "泰国",
    "越南",
    "马来西亚",
    "新加坡",
    "菲律宾",
    "土耳其",
];

/// Whether a producer is outside the mainland: the cell says so, or its name or region is that of a country. A firm of the mainland may bear
/// such a word in its name (上海日本料理用具有限公司), so a name alone counts only where it begins with it or has no Chinese character.
#[must_use]
pub fn is_abroad(name: &str, region: &str) -> bool {
    let (name, region) = (compact(name), compact(region));
    let says = |text: &str| ["境外", "国外", "进口", "海外"].iter().any(|word| text.starts_with(word));
    let country = |text: &str| ABROAD.iter().any(|country| text.starts_with(country));
    let foreign = !name.is_empty()
        && name.chars().any(|c| c.is_ascii_alphabetic())
        && !name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    country(&region) || says(&region) || says(&name) || country(&name) || foreign
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parties(client: &str, contractor: &str) -> Parties {
        let some = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Parties { client: some(client), contractor: some(contractor) }
    }

    #[test]
    fn two_parties_in_one_cell_are_told_apart() {
        for text in [
            "委托方：甲公司；受托方：乙公司",
            "委托方:甲公司 受托方:乙公司",
            "委托单位：甲公司/被委托方：乙公司",
            "受托方：乙公司\n委托方：甲公司",
            "甲公司（委托方）/乙公司（受托方）",
            "甲公司(委托方)、乙公司(受托方)",
        ] {
            assert_eq!(labelled(text), Some(parties("甲公司", "乙公司")), "{text}");
        }
        assert_eq!(labelled("委托方：甲公司；受托方：/"), Some(parties("甲公司", "")));
        assert_eq!(labelled("甲公司"), None);
        assert_eq!(labelled("广州委托加工服务公司"), None);
        assert_eq!(both("甲公司/乙公司"), parties("甲公司", "乙公司"));
        assert_eq!(both("甲公司"), parties("甲公司", ""));
        assert_eq!(both("—/—"), parties("", ""));
    }

    #[test]
    fn the_firm_of_a_shop_is_known() {
        let pair = |firm: &str, shop: &str| Some((firm.to_owned(), shop.to_owned()));
        assert_eq!(
            shop_and_firm("某某旗舰店（杭州某某贸易有限公司）"),
            pair("杭州某某贸易有限公司", "某某旗舰店")
        );
        assert_eq!(shop_and_firm("广州某某有限公司(天河店)"), pair("广州某某有限公司", "天河店"));
        assert_eq!(shop_and_firm("某某（广州）有限公司"), None);
        assert_eq!(shop_and_firm("某某商行"), None);
        assert_eq!(shop_and_firm("某某有限公司（普通合伙）"), None);
    }

    #[test]
    fn producers_abroad_are_known() {
        for (name, region) in [
            ("ACME Inc.", ""),
            ("某某株式会社", "日本"),
            ("德国某某公司", ""),
            ("某某", "原产国外"),
            ("进口商品", ""),
        ] {
            assert_eq!(is_abroad(name, region), region != "原产国外", "{name} {region}");
        }
        for (name, region) in [("上海日本料理用具有限公司", "上海"), ("某某有限公司", "广东省"), ("", "")]
        {
            assert!(!is_abroad(name, region), "{name}");
        }
    }
}
