//! The items of a report as lists write them: name, requirement and measured value in one cell or in columns. Pure.

use crate::core::cells::{compact, is_empty, tidy};
use crate::list_files::items::split;
use crate::list_files::placeholder::is_placeholder;

/// Most items of one sample.
pub const MOST: usize = 200;

/// One item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Test item (检验项目).
    pub name: String,
    /// Required value (标准值).
    pub requirement: Option<String>,
    /// Measured value (实测值).
    pub measured: Option<String>,
    /// What the list says of it; none where it says nothing.
    pub ok: Option<bool>,
}

const REQUIREMENT: [&str; 11] = [
    "标准值",
    "标准要求",
    "标准规定",
    "技术要求",
    "标准指标",
    "标准限值",
    "规定值",
    "限值",
    "应为",
    "要求",
    "标准",
];
const MEASURED: [&str; 9] =
    ["实测值", "实测结果", "检验值", "检测值", "检验结果", "检测结果", "实测", "测得值", "实际值"];

/// What a piece of a cell says of an item.
enum Piece {
    Requirement(String),
    Measured(String),
}

fn piece(text: &str) -> Option<Piece> {
    let text = text.trim();
    let rest = |words: &[&str]| {
        words.iter().find_map(|word| {
            let rest = text.strip_prefix(word)?;
            let value = rest.trim_start_matches([':', '：', '为', '是', ' ', '\u{3000}']);
            // 标准偏差 and 要求标识 are items.
            let marked = value.len() < rest.len()
                || value.starts_with([
                    '≥', '≤', '>', '<', '＞', '＜', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '±',
                    '不',
                ]);
            marked.then(|| tidy(value))
        })
    };
    rest(&REQUIREMENT).map(Piece::Requirement).or_else(|| rest(&MEASURED).map(Piece::Measured))
}

/// The items of a cell, each with what it says of requirement and measured value: `抗拉强度（标准值：≥540，实测值：512）；弯曲`,
/// `抗拉强度：标准值≥540，实测值512`, `抗拉强度‖≥540‖512`. A cell that stands for nothing has none.
#[must_use]
pub fn of_cell(text: &str) -> Vec<Item> {
    if is_empty(text) || is_placeholder(text) {
        return Vec::new();
    }
    let mut items: Vec<Item> = Vec::new();
    for part in split(text, MOST * 3) {
        let part = tidy(&part);
        if let (Some(piece), Some(last)) = (piece(&part), items.last_mut()) {
            put(last, piece);
            continue;
        }
        let item = one(&part);
        if !item.name.is_empty() && !is_placeholder(&item.name) {
            items.push(item);
        }
    }
    items.truncate(MOST + 1);
    items
}

fn put(item: &mut Item, piece: Piece) {
    match piece {
        Piece::Requirement(value) => item.requirement = some(&value),
        Piece::Measured(value) => item.measured = some(&value),
    }
}

fn some(value: &str) -> Option<String> {
    let value = tidy(value.trim_end_matches(['。', '.', ';', '；']));
    (!is_empty(&value) && !is_placeholder(&value)).then_some(value)
}

fn one(text: &str) -> Item {
    for mark in ["‖", "║", "||"] {
        let mut parts = text.split(mark).map(str::trim);
        if let (Some(name), Some(requirement)) = (parts.next(), parts.next()) {
            let measured = parts.next().unwrap_or_default();
            return Item {
                name: tidy(name),
                requirement: some(requirement),
                measured: some(measured),
                ok: None,
            };
        }
    }
    // In brackets at the end: 标准值：…，实测值：….
    if let Some(rest) = text.strip_suffix([')', '）'])
        && let Some(at) = rest.find(['(', '（'])
    {
        let (name, inside) = rest.split_at(at);
        let inside: String = inside.chars().skip(1).collect();
        let pieces: Vec<Option<Piece>> = inside.split(['，', ',', '；', ';', '、']).map(piece).collect();
        if !pieces.is_empty() && pieces.iter().all(Option::is_some) {
            let mut item = Item { name: tidy(name), ..Item::default() };
            pieces.into_iter().flatten().for_each(|piece| put(&mut item, piece));
            return item;
        }
    }
    // 抗拉强度：标准值≥540
    if let Some((name, rest)) = text.split_once([':', '：'])
        && let Some(piece) = piece(rest)
    {
        let mut item = Item { name: tidy(name), ..Item::default() };
        put(&mut item, piece);
        return item;
    }
    // Behind a blank: 抗拉强度 标准值：≥540 实测值：512
    let mut words = text.split([' ', '\u{3000}']).filter(|word| !word.is_empty());
    let mut item = Item { name: words.next().unwrap_or_default().to_owned(), ..Item::default() };
    let mut known = false;
    for word in words {
        match piece(word) {
            Some(piece) => {
                put(&mut item, piece);
                known = true;
            }
            None => return Item { name: tidy(text), ..Item::default() },
        }
    }
    if known { item } else { Item { name: tidy(text), ..Item::default() } }
}

/// The items of a cell of requirements, each with its name before its value, where a list has no column of items: `抗拉强度：≥540`,
/// `抗拉强度≥540`. What has no name before its value is none.
#[must_use]
pub fn of_requirements(text: &str) -> Vec<Item> {
    let parts = text.split(['\n', '\r', ';', '；']).map(tidy).filter(|part| !is_empty(part));
    let item = |part: String| {
        let at = part.find([':', '：', '≥', '≤', '>', '<', '＞', '＜', '±', '不'])?;
        let (name, value) = part.split_at(at);
        let name = tidy(name);
        let value = some(value.trim_start_matches([':', '：']))?;
        let named = name.chars().any(char::is_alphabetic) && !is_placeholder(&name);
        named.then(|| Item { name, requirement: Some(value), ..Item::default() })
    };
    parts.filter_map(item).take(MOST + 1).collect()
}

/// Puts the values of columns of their own beside the items: one for each, or one for the only item. `false` where their numbers differ.
#[must_use]
pub fn put_columns(items: &mut [Item], requirement: &str, measured: &str) -> bool {
    let values = |text: &str, of: usize| -> Option<Vec<String>> {
        if is_empty(text) {
            return Some(Vec::new());
        }
        if of == 1 {
            return Some(vec![tidy(text)]);
        }
        let lines: Vec<String> =
            text.split(['\n', '\r', ';', '；']).map(tidy).filter(|part| !is_empty(part)).collect();
        let parts = if lines.len() == of { lines } else { split(text, MOST * 3) };
        (parts.len() == of).then_some(parts)
    };
    let (Some(requirements), Some(measured)) =
        (values(requirement, items.len()), values(measured, items.len()))
    else {
        return false;
    };
    for (item, value) in items.iter_mut().zip(requirements) {
        item.requirement = some(&value);
    }
    for (item, value) in items.iter_mut().zip(measured) {
        item.measured = some(&value);
    }
    true
}

/// Whether a measured value says only that it conforms.
#[must_use]
pub fn conforms(measured: &str) -> bool {
    let word = compact(measured);
    matches!(
        word.as_str(),
        "符合"
            | "合格"
            | "符合要求"
            | "符合标准"
            | "符合标准要求"
            | "符合规定"
            | "P"
            | "Pass"
            | "PASS"
            | "pass"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_named_before_their_requirements() {
        let found = of_requirements("抗拉强度：≥540\n弯曲≤3；≥7；甲醛 不得检出");
        let said: Vec<_> = found.iter().map(|i| (i.name.as_str(), i.requirement.as_deref())).collect();
        let wanted = [("抗拉强度", Some("≥540")), ("弯曲", Some("≤3")), ("甲醛", Some("不得检出"))];
        assert_eq!(said, wanted);
        assert!(of_requirements("/").is_empty() && of_requirements("540").is_empty());
    }

    fn item(name: &str, requirement: &str, measured: &str) -> Item {
        Item { name: name.to_owned(), requirement: some(requirement), measured: some(measured), ok: None }
    }

    #[test]
    fn items_are_read_with_their_values() {
        let both = item("抗拉强度", "≥540MPa", "512MPa");
        for text in [
            "抗拉强度（标准值：≥540MPa，实测值：512MPa）",
            "抗拉强度(要求≥540MPa;实测512MPa)",
            "抗拉强度：标准值≥540MPa，实测值512MPa",
            "抗拉强度：标准值：≥540MPa；实测值：512MPa",
            "抗拉强度 标准值：≥540MPa 实测值：512MPa",
            "抗拉强度‖≥540MPa‖512MPa",
            "抗拉强度║≥540MPa║512MPa",
        ] {
            assert_eq!(of_cell(text), std::slice::from_ref(&both), "{text}");
        }
        assert_eq!(
            of_cell("1、绝缘厚度（标准值：≥0.7mm，实测值：0.5mm）；2、标志"),
            [item("绝缘厚度", "≥0.7mm", "0.5mm"), item("标志", "", "")]
        );
        assert_eq!(of_cell("绝缘厚度；标志"), [item("绝缘厚度", "", ""), item("标志", "", "")]);
        assert_eq!(of_cell("标准偏差"), [item("标准偏差", "", "")]);
        for nothing in ["", "/", "—", "无", "/；/"] {
            assert_eq!(of_cell(nothing), [], "{nothing}");
        }
    }

    #[test]
    fn values_of_columns_go_with_the_items() {
        let mut items = of_cell("绝缘厚度；标志");
        assert!(put_columns(&mut items, "≥0.7mm；应清晰", "0.5mm\n模糊"));
        assert_eq!(items, [item("绝缘厚度", "≥0.7mm", "0.5mm"), item("标志", "应清晰", "模糊")]);
        assert!(!put_columns(&mut items, "≥0.7mm", ""));
        let mut one = of_cell("甲醛");
        assert!(put_columns(&mut one, "≤0.1；单位 mg/m3", "0.2"));
        assert_eq!(one, [item("甲醛", "≤0.1；单位 mg/m3", "0.2")]);
    }
}
