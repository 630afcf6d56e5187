//! What stands above a table, and the name of its file.

use chrono::{DateTime, NaiveDate, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use crate::core::Language;
use crate::core::actor::{Actor, Scope};
use crate::core::clock::shanghai_date;
use crate::core::hidden_characters::{is_hidden, mark_hidden};
use crate::exports::list::{FilterWord, Say};
use crate::exports::words::Words;
use crate::web::frame::Frame;

/// What stands above a table.
#[derive(Debug, Clone)]
pub struct Head {
    /// What the table is.
    pub title: String,
    /// As of when, of which scope, by which filters, by whom.
    pub about: String,
    /// What stands at the end of a text that is too long for a cell.
    pub too_long: &'static str,
}

/// The characters of a name that need no escape (RFC 8187, `attr-char`).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name of a file without its ending: the title, the scope and the day, without what Windows or macOS has in no name.
pub fn file_name(title: &str, scope: &str, day: NaiveDate) -> String {
    let safe = |c: char| if "/\\:*?\"<>|".contains(c) || c.is_control() || is_hidden(c) { '_' } else { c };
    let part = |text: &str| text.trim().chars().map(safe).take(60).collect::<String>();
    format!("{}_{}_{day}", part(title), part(scope))
}

/// The header `Content-Disposition` of a file: its name, and one in ASCII for clients that know no other.
pub fn file_disposition(name: &str, ascii: &str, ending: &str) -> String {
    let escaped = utf8_percent_encode(name, ESCAPED);
    format!("attachment; filename=\"{ascii}.{ending}\"; filename*=UTF-8''{escaped}.{ending}")
}

/// The same of a file with one name in Chinese and one in English, which is ASCII, for a reader of one of them.
pub fn disposition_in(language: Language, [zh, en]: [&str; 2], ending: &str) -> String {
    file_disposition(if language == Language::Zh { zh } else { en }, en, ending)
}

/// The scope of who sees everything.
pub fn everywhere(frame: &Frame) -> &'static str {
    frame.t("全平台", "whole platform")
}

/// Whose rows a file has: a region by its name where one was asked for, else what the reader sees.
pub fn scope(words: &Words, actor: &Actor, filters: &[(String, String)]) -> String {
    let regions = &words.catalogue().regions;
    let name = |code: &str| regions.get(code).map(|region| region.name_in(words.language).to_owned());
    let asked = filters.iter().find(|(parameter, _)| parameter == "region");
    if let Some(name) = asked.and_then(|(_, code)| name(code)) {
        return name;
    }
    match actor.scope() {
        Some(Scope::Admin(code)) => name(code).unwrap_or_else(|| code.clone()),
        Some(Scope::Enterprise(_)) => words.t("本企业", "own enterprise").to_owned(),
        Some(Scope::Expert(_)) => words.t("本人", "own").to_owned(),
        Some(Scope::Sampler(_) | Scope::Laboratory(_)) => words.t("本机构", "own organisation").to_owned(),
        Some(Scope::Operator) | None => everywhere(words).to_owned(),
    }
}

/// The most characters of the line below the title.
const MOST: usize = 2_000;

/// The line below the title.
pub fn about(words: &Words, as_of: &str, scope: &str, filters: &[String], who: &str) -> String {
    let none = words.t("无", "none").to_owned();
    let filters = if filters.is_empty() { none } else { filters.join(words.t("、", ", ")) };
    let parts = [
        format!("{}{as_of}{}", words.t("截至 ", "As of "), words.t("（北京时间）", " (Beijing time)")),
        format!("{}{scope}", words.t("范围：", "Scope: ")),
        format!("{}{filters}", words.t("筛选：", "Filters: ")),
        format!("{}{who}", words.t("导出人：", "Exported by: ")),
    ];
    // People type filters and choose their names.
    mark_hidden(&parts.join(words.t("；", "; "))).chars().take(MOST).collect()
}

/// The filters in words. One without words is shown as it is written. `named` has what a handler knows of a filter's value, `rows` are the
/// first of the list, which name the things by whose ids it is narrowed.
pub fn filters<T: Serialize>(
    words: &Words,
    known: &[FilterWord],
    given: &[(String, String)],
    named: &[(&'static str, String)],
    rows: &[T],
) -> Vec<String> {
    let said = |(parameter, value): &(String, String)| {
        let Some(k) = known.iter().find(|k| k.parameter == *parameter) else {
            return format!("{parameter}={value}");
        };
        let name = named.iter().find(|(of, _)| of == parameter).map(|(_, name)| name.clone());
        let text = name.unwrap_or_else(|| match k.say {
            Say::Word(say) => say(value, words),
            Say::OfRow(fields) => {
                let name = |row: &T| name_in(&serde_json::to_value(row).ok()?, fields, value);
                let chosen = || words.t("所选的一项", "the chosen one").to_owned();
                rows.iter().find_map(name).unwrap_or_else(chosen)
            }
        });
        format!("{}{}{text}{}", words.t(k.zh, k.en), words.t("（", " ("), words.t("）", ")"))
    };
    given.iter().map(said).collect()
}

/// The name that stands beside an id in a row, or in a thing in it.
fn name_in(row: &Value, fields: &[(&str, &str)], id: &str) -> Option<String> {
    match row {
        Value::Array(items) => items.iter().find_map(|item| name_in(item, fields, id)),
        Value::Object(all) => {
            let text = |field: &str| all.get(field).and_then(Value::as_str);
            let here = fields.iter().find(|(of, _)| text(of).is_some_and(|own| own.eq_ignore_ascii_case(id)));
            let name = here.and_then(|(_, name)| text(name)).map(str::to_owned);
            name.or_else(|| all.values().find_map(|part| name_in(part, fields, id)))
        }
        _ => None,
    }
}

/// As of this moment, or as of the end of a day that is past.
pub fn as_of(words: &Words, day: Option<NaiveDate>, now: DateTime<Utc>) -> String {
    match day.filter(|day| *day < shanghai_date(now)) {
        Some(day) => format!("{} 24:00", words.day(&day)),
        None => words.time(&now),
    }
}

/// Today, in the name of a file.
pub fn day(now: DateTime<Utc>) -> NaiveDate {
    shanghai_date(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_what_it_has_the_id_of() {
        let row = serde_json::json!({ "id": "c", "enterprise": { "id": "e", "name": "恒通" },
            "panel": [{ "expert": "p", "name": "李工" }], "case_id": "k", "report_no": "R-1" });
        let name = |fields: &[(&str, &str)], id: &str| name_in(&row, fields, id);
        assert_eq!(name(&[("id", "name")], "E").as_deref(), Some("恒通"));
        assert_eq!(name(&[("id", "name"), ("expert", "name")], "p").as_deref(), Some("李工"));
        assert_eq!(name(&[("case_id", "report_no")], "k").as_deref(), Some("R-1"));
        assert_eq!(name(&[("id", "name")], "c"), None, "it has no name");
    }

    #[test]
    fn a_file_has_a_name_in_chinese_and_one_in_ascii() {
        let name = file_name("零出清单", "广东/省\u{202E}", "2026-03-02".parse().unwrap());
        assert_eq!(name, "零出清单_广东_省__2026-03-02");
        let header = file_disposition("专家_广州市_2026-03-02", "experts_2026-03-02", "xlsx");
        assert_eq!(
            header,
            "attachment; filename=\"experts_2026-03-02.xlsx\"; \
             filename*=UTF-8''%E4%B8%93%E5%AE%B6_%E5%B9%BF%E5%B7%9E%E5%B8%82_2026-03-02.xlsx"
        );
    }
}
