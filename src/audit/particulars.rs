//! The particulars of an entry of the audit, in words: what was done it says by fields of JSON.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::audit::room_words::room_word;
use crate::audit::words::{label, pick, stored_word};
use crate::catalogue::Catalogue;
use crate::core::Language;
use crate::web::choices;

/// Characters of one particular that are shown, at most.
const MOST: usize = 500;

/// A particular of an entry.
pub struct Particular {
    /// Name of the particular.
    pub label: &'static str,
    /// Its value, in words.
    pub text: String,
}

/// The particulars of an entry, in words.
pub fn particulars(data: &Value, language: Language, catalogue: &Catalogue) -> Vec<Particular> {
    let told = Told { language, catalogue };
    let fields = data.as_object().into_iter().flatten();
    fields.filter_map(|(key, value)| told.particular(key, value)).collect()
}

/// The particulars of an entry as one text.
pub fn sentence(data: &Value, language: Language, catalogue: &Catalogue) -> String {
    let all = particulars(data, language, catalogue);
    let parts = all.iter().map(|p| format!("{}{}{}", p.label, pick(language, "：", ": "), p.text));
    parts.collect::<Vec<_>>().join(pick(language, "；", "; "))
}

fn text_of<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

struct Told<'a> {
    language: Language,
    catalogue: &'a Catalogue,
}

impl Told<'_> {
    fn particular(&self, key: &str, value: &Value) -> Option<Particular> {
        let (zh, en) = label(key)?;
        let text = self.text(key, value)?;
        let text = match text.char_indices().nth(MOST) {
            Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
            None => text,
        };
        Some(Particular { label: if self.language == Language::Zh { zh } else { en }, text })
    }

    /// A value; none where it says nothing to a person.
    fn text(&self, key: &str, value: &Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::Bool(yes) => {
                let word = if *yes { ("是", "yes") } else { ("否", "no") };
                Some(pick(self.language, word.0, word.1).to_owned())
            }
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => self.word(key, text),
            Value::Array(items) if key == "filters" => self.filters(items),
            Value::Array(items) => {
                let said: Vec<String> = items.iter().filter_map(|item| self.text(key, item)).collect();
                match (items.len(), said.is_empty()) {
                    (0, _) => None,
                    // Ids alone: how many there are.
                    (count, true) => Some(count.to_string()),
                    _ => Some(said.join(pick(self.language, "、", ", "))),
                }
            }
            Value::Object(fields) => {
                if let (2, Some(zh), Some(en)) = (fields.len(), text_of(fields, "zh"), text_of(fields, "en"))
                {
                    return Some(pick(self.language, zh, en).to_owned());
                }
                let said: Vec<String> = fields
                    .iter()
                    .filter_map(|(key, value)| self.particular(key, value))
                    .map(|p| format!("{} {}", p.label, p.text))
                    .collect();
                (!said.is_empty()).then(|| said.join(pick(self.language, "，", ", ")))
            }
        }
    }

    /// What an exported list was narrowed to: parameters with their values.
    fn filters(&self, pairs: &[Value]) -> Option<String> {
        let said = pairs.iter().filter_map(|pair| {
            let (parameter, value) = (pair.get(0)?.as_str()?, pair.get(1)?.as_str()?);
            let name = label(parameter).map_or(parameter, |(zh, en)| pick(self.language, zh, en));
            let chosen = || pick(self.language, "所选的一项", "the chosen one").to_owned();
            Some(format!("{name} {}", self.word(parameter, value).unwrap_or_else(chosen)))
        });
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join(pick(self.language, "，", ", ")))
    }

    fn word(&self, key: &str, text: &str) -> Option<String> {
        if text.trim().is_empty() || Uuid::parse_str(text).is_ok() {
            return None;
        }
        if let Ok(day) = text.parse::<NaiveDate>() {
            return Some(day.format(pick(self.language, "%Y年%-m月%-d日", "%-d %b %Y")).to_string());
        }
        if let Ok(at) = text.parse::<DateTime<Utc>>() {
            let form = pick(self.language, "%Y年%-m月%-d日 %H:%M", "%-d %b %Y, %H:%M");
            return Some(at.with_timezone(&Shanghai).format(form).to_string());
        }
        Some(match key {
            // In people's own words.
            "reason"
            | "q"
            | "checked_in"
            | "seed_event"
            | "host"
            | "missing_opinions_reason"
            | "note"
            | "name"
            | "file_name"
            | "found"
            | "item"
            | "document"
            | "participants"
            | "owner"
            | "username"
            | "address"
            | "url"
            | "api_key_name"
            | "former"
            | "tags_added"
            | "tags_removed" => text.to_owned(),
            "region" | "regions" | "held_by" => choices::region(self.language, self.catalogue, text),
            "product_kind" => {
                let kind = self.catalogue.products.kind(text);
                kind.map_or_else(|| text.to_owned(), |kind| kind.name(self.language).to_owned())
            }
            "class" | "product_class" => {
                let class = self.catalogue.products.class(text);
                class.map_or_else(|| text.to_owned(), |class| class.name(self.language).to_owned())
            }
            _ => {
                let (zh, en) = stored_word(text).or_else(|| room_word(text)).unwrap_or((text, text));
                pick(self.language, zh, en).to_owned()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn particulars_are_words_without_ids() {
        let catalogue = &Catalogue::builtin().unwrap();
        let data = json!({
            "seq": 3, "occurred_on": "2026-11-29", "to": "correcting", "late": false, "document": null,
            "attachments": ["01a22410-d5f9-727f-a59f-eb5721d89a33", "01a22410-d5f9-727f-a59f-eb5a4a05a4e1"],
            "expert": "01a22410-d5f9-727f-a59f-eb5721d89a33", "region": "440100",
        });
        let told = sentence(&data, Language::Zh, catalogue);
        for wanted in ["日期：2026年11月29日", "变为：整改中", "逾期：否", "附件数：2", "地区：广州市"]
        {
            assert!(told.contains(wanted), "no {wanted} in {told}");
        }
        assert!(!told.contains("01a2") && !told.contains("文号"), "{told}");
        assert!(sentence(&data, Language::En, catalogue).contains("day: 29 Nov 2026"));
        let export = json!({
            "title": { "zh": "清零名单", "en": "Zero-out list" }, "list": "zero-out-list", "format": "xlsx",
            "filters": [["region", "440100"], ["import", "01a22410-d5f9-727f-a59f-eb5721d89a33"], ["cleared", "true"]],
        });
        let told = sentence(&export, Language::Zh, catalogue);
        for wanted in ["筛选：地区 广州市，导入 所选的一项，已清零 是", "格式：XLSX", "名称：清零名单"]
        {
            assert!(told.contains(wanted), "no {wanted} in {told}");
        }
        assert!(!told.contains("zero-out-list") && !told.contains("01a2"), "{told}");
        assert!(
            sentence(&export, Language::En, catalogue)
                .contains("filters: region Guangzhou, import the chosen one")
        );
        let step =
            json!({ "step": "finalise", "to": "final", "source": "case", "behaviour": "correction_late" });
        let told = sentence(&step, Language::Zh, catalogue);
        for wanted in ["步骤：结果确定", "变为：结果已确定", "来源：整改案件", "信用行为：逾期不改正"]
        {
            assert!(told.contains(wanted), "no {wanted} in {told}");
        }
        assert!(sentence(&json!({ "source": "12315热线" }), Language::Zh, catalogue).contains("12315热线"));
        assert!(particulars(&Value::Null, Language::Zh, catalogue).is_empty());
    }
}
