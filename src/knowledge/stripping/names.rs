//! What is found by the form of its words: names of enterprises, people with their titles, addresses, trademarks.

use crate::knowledge::stripping::kind::FindingKind;
use crate::knowledge::stripping::known::{Known, LEGAL_FORMS};
use FindingKind::{Address, Enterprise, Person, Trademark};

/// A place: from, to (exclusive), kind.
type Place = (usize, usize, FindingKind);

/// Words that are no part of a name which follows them.
const BEFORE: [&str; 47] = [
    "使用",
    "采用",
    "选用",
    "我们",
    "你们",
    "他们",
    "贵司",
    "我司",
    "联系",
    "委托",
    "来自",
    "生产的",
    "供应商",
    "经销商",
    "客户",
    "单位",
    "企业",
    "名为",
    "位于",
    "地址",
    "采购",
    "购自",
    "由于",
    "以及",
    "对于",
    "关于",
    "根据",
    "通过",
    "按照",
    "的",
    "是",
    "在",
    "由",
    "向",
    "给",
    "与",
    "和",
    "及",
    "从",
    "对",
    "到",
    "请",
    "该",
    "本",
    "贵",
    "某",
    "我",
];
/// What makes the end of a name a common word.
const COMMON: [&str; 12] = ["工", "出", "进", "子", "母", "分", "总", "各", "两", "多", "同", "原"];
/// Behind 厂 these make a common word.
const BEHIND_WORKS: &str = "家房区长内商检";
/// Titles behind a name, of two characters and more.
const TITLES: [&str; 18] = [
    "工程师",
    "总经理",
    "副经理",
    "董事长",
    "经理",
    "厂长",
    "先生",
    "女士",
    "小姐",
    "主任",
    "老师",
    "师傅",
    "科长",
    "局长",
    "处长",
    "总监",
    "总工",
    "院长",
];
/// Titles of one character.
const SHORT_TITLES: [char; 2] = ['工', '总'];
/// Behind a title of one character these make a common word.
const BEHIND_SHORT: &str = "艺序具件程时人厂业况期地作结体是量数共计部";
/// Surnames that are frequent and hardly begin a common word before a title.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴夏钟汪田姜范姚谭廖邹熊陆郝孔崔邱秦江史顾侯邵孟龙";
/// Those before a title of one character.
const FREQUENT: &str = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗";
/// What a number of a house stands behind.
const STREET: &str = "路街巷道村园区里弄庄段";
/// What an address within a city ends with.
const PLACES: [&str; 9] = ["街道", "大道", "工业园", "工业区", "科技园", "镇", "乡", "村", "路"];
/// Before 牌 these make a common word.
const COMMON_SIGNS: &str = "品名铭标招车吊门挂水金银奖";

/// The most characters of a name or an address before its end.
const LONGEST: usize = 24;

/// The places, in a text whose characters are narrow ones.
pub fn places(text: &[char], known: &Known) -> Vec<Place> {
    let mut all = Vec::new();
    for at in 0..text.len() {
        enterprise(text, at, known, &mut all);
        person(text, at, known, &mut all);
        address(text, at, known, &mut all);
        trademark(text, at, &mut all);
    }
    all
}

fn stands(text: &[char], at: usize, word: &str) -> bool {
    let length = word.chars().count();
    text.get(at..at + length).is_some_and(|here| here.iter().copied().eq(word.chars()))
}

fn count(word: &str) -> usize {
    word.chars().count()
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

fn is_of_name(c: char) -> bool {
    is_ideograph(c) || c.is_ascii_alphanumeric() || "()[]·&-".contains(c)
}

/// Where the name begins that ends here: at the first region, else behind the last word that is no part of a name.
fn begin(text: &[char], end: usize, known: &Known) -> usize {
    let most = text.iter().take(end).rev().take(LONGEST).take_while(|c| is_of_name(**c)).count();
    let first = end - most;
    let region = (first..end).find(|at| known.regions().iter().any(|region| stands(text, *at, region)));
    if let Some(region) = region {
        return region;
    }
    let behind = |at: usize| {
        BEFORE
            .iter()
            .filter(|word| stands(text, at, word) && at + count(word) <= end)
            .map(|word| at + count(word))
            .max()
    };
    (first..end).filter_map(behind).max().unwrap_or(first)
}

/// The name of an enterprise whose legal form begins here.
fn enterprise(text: &[char], at: usize, known: &Known, all: &mut Vec<Place>) {
    let Some(form) = LEGAL_FORMS.iter().find(|form| stands(text, at, form)) else { return };
    let end = at + count(form);
    if *form == "厂" && text.get(end).is_some_and(|c| BEHIND_WORKS.contains(*c)) {
        return;
    }
    let from = begin(text, at, known);
    let name: String = text.get(from..at).unwrap_or_default().iter().collect();
    let says = name.chars().filter(|c| is_ideograph(*c) || c.is_ascii_alphanumeric()).count() >= 2;
    if says && !COMMON.iter().any(|word| name.ends_with(word)) {
        all.push((from, end, Enterprise));
    }
}

/// A person whose title begins here.
fn person(text: &[char], at: usize, known: &Known, all: &mut Vec<Place>) {
    let here = |n: usize| text.get(n).copied();
    let is_surname = |c: char| SURNAMES.contains(c) || known.surnames().contains(&c);
    if let Some(title) = TITLES.iter().find(|title| stands(text, at, title)) {
        let of_name = |back: usize| {
            let from = at.checked_sub(back)?;
            let name = text.get(from..at)?;
            let fits = name.first().is_some_and(|c| is_surname(*c)) && name.iter().all(|c| is_ideograph(*c));
            fits.then_some(from)
        };
        // A surname alone is the most usual; of two that fit, the one right before the title.
        if let Some(from) = [1, 3, 2].into_iter().find_map(of_name) {
            all.push((from, at + count(title), Person));
        }
        return;
    }
    let Some(title) = here(at).filter(|c| SHORT_TITLES.contains(c)) else { return };
    let common = here(at + 1).is_some_and(|c| BEHIND_SHORT.contains(c));
    let Some(before) = at.checked_sub(1).and_then(here) else { return };
    let named = FREQUENT.contains(before) || known.surnames().contains(&before);
    if named && !common && !(before == '施' && title == '工') {
        all.push((at - 1, at + 1, Person));
    }
}

/// An address that ends here: with the number of a house, or with a place behind a region.
fn address(text: &[char], at: usize, known: &Known, all: &mut Vec<Place>) {
    if text.get(at) == Some(&'号') {
        let digits = text.iter().take(at).rev().take_while(|c| c.is_ascii_digit() || **c == '-').count();
        let street =
            (at - digits).checked_sub(1).and_then(|n| text.get(n)).is_some_and(|c| STREET.contains(*c));
        if digits > 0 && street {
            all.push((begin(text, at - digits, known), at + 1, Address));
        }
        return;
    }
    let Some(place) = PLACES.iter().find(|place| stands(text, at, place)) else { return };
    let within = (2..=6).find(|back| {
        let region = at.checked_sub(*back).and_then(|n| text.get(n)).is_some_and(|c| "市区县".contains(*c));
        let name = text.get((at + 1).saturating_sub(*back)..at).unwrap_or_default();
        region && !name.is_empty() && name.iter().all(|c| is_ideograph(*c))
    });
    if let Some(back) = within {
        // The city may stay; what is below it goes.
        all.push((at + 1 - back, at + count(place), Address));
    }
}

/// A trademark before 牌, or behind 商标.
fn trademark(text: &[char], at: usize, all: &mut Vec<Place>) {
    let quotes = "“”\"「」『』《》‘’'";
    if text.get(at) == Some(&'牌') {
        let before = at.checked_sub(1).and_then(|n| text.get(n)).copied();
        let quoted = before.is_some_and(|c| quotes.contains(c));
        let end = if quoted { at - 1 } else { at };
        let part = |c: &&char| (is_ideograph(**c) || c.is_ascii_alphanumeric()) && !quotes.contains(**c);
        let most = if quoted { 12 } else { 4 };
        let length = text.iter().take(end).rev().take(most).take_while(part).count();
        let name = text.get(end - length..end).unwrap_or_default();
        let stop = (0..name.len())
            .rev()
            .find_map(|n| BEFORE.iter().find(|word| stands(name, n, word)).map(|word| n + count(word)));
        let from = end - length + stop.unwrap_or(0);
        let common = before.is_some_and(|c| COMMON_SIGNS.contains(c));
        if !common && end.saturating_sub(from) >= 2 {
            all.push((from, at + 1, Trademark));
        }
    } else if stands(text, at, "商标") {
        let from = at + 2;
        let blank = |c: &&char| ": 为是：".contains(**c) || quotes.contains(**c);
        let skipped = text.iter().skip(from).take(4).take_while(blank).count();
        let part = |c: &&char| is_ideograph(**c) || c.is_ascii_alphanumeric();
        let length = text.iter().skip(from + skipped).take(12).take_while(part).count();
        if skipped > 0 && length >= 2 {
            all.push((from + skipped, from + skipped + length, Trademark));
        }
    }
}
