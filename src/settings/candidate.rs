//! A version of rules that somebody hands in to be tried before it is enacted, read as a settings file is. Why it can't be read is said in the reader's
//! language: what the readers of JSON and TOML say of it is English alone, and stands in the English text.

use crate::core::{Problem, Text};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The most characters of a version as a text.
const MOST_TEXT: usize = 200_000;

/// A version of the rules of a section, as JSON or as TOML, one of both, with the pointer of the field that it is in. The TOML has a table
/// `[[section.rules]]` as a settings file has it, or its keys alone.
///
/// # Errors
/// Why it can't be read, at `/rules` or `/toml`.
pub fn read<R: DeserializeOwned>(
    section: &str,
    rules: Option<&Value>,
    toml: Option<&str>,
) -> Result<(&'static str, R), Problem> {
    let (pointer, found) = match (rules, toml) {
        (Some(rules), None) => {
            let read = serde_json::from_value(rules.clone());
            ("/rules", read.map_err(|error| unreadable(&error.to_string(), None)))
        }
        (None, Some(text)) if text.chars().count() <= MOST_TEXT => ("/toml", from_toml(section, text)),
        (None, Some(_)) => {
            let text = Text::new(
                format!("不能超过 {MOST_TEXT} 个字符"),
                format!("must be at most {MOST_TEXT} characters"),
            );
            ("/toml", Err(text))
        }
        (None, None) | (Some(_), Some(_)) => {
            let text =
                Text::new("rules 和 toml 须填写其中一项，且只填写一项", "hand in either `rules` or `toml`");
            ("/rules", Err(text))
        }
    };
    let refused = |why: Text| {
        Problem::field(pointer, Text::new(format!("规则无法读取：{}", why.zh), why.en.into_owned()))
    };
    Ok((pointer, found.map_err(refused)?))
}

/// A version out of a settings file: its table `rules` in the section with one version, or the keys of one.
fn from_toml<R: DeserializeOwned>(section: &str, text: &str) -> Result<R, Text> {
    let wrong = |error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        unreadable(error.message(), before.map(|before| before.matches('\n').count() + 1))
    };
    let mut table: toml::Table = toml::from_str(text).map_err(wrong)?;
    // What was parsed already has no lines any more.
    let wrong = |error: toml::de::Error| unreadable(error.message(), None);
    if let Some(toml::Value::Table(mut keys)) = table.remove(section) {
        return match keys.remove("rules") {
            Some(toml::Value::Array(versions)) => match <[toml::Value; 1]>::try_from(versions) {
                Ok([version]) => version.try_into().map_err(wrong),
                Err(_) => Err(Text::new("须只有一个版本", "must have exactly one version")),
            },
            _ => Err(Text::new(format!("缺少 [[{section}.rules]]"), format!("has no [[{section}.rules]]"))),
        };
    }
    toml::Value::Table(table).try_into().map_err(wrong)
}

/// Why it can't be read, by what its reader says of it. Which key it is about stands between backticks.
fn unreadable(message: &str, line: Option<usize>) -> Text {
    let key = message.split('`').nth(1).unwrap_or_default();
    let zh = match line {
        Some(line) => format!("第 {line} 行不是正确的 TOML"),
        None if message.starts_with("missing field") => format!("缺少 {key}"),
        None if message.starts_with("unknown field") => format!("没有名为 {key} 的规则项"),
        None => "有规则项的取值不符合要求，请对照现行规则".to_owned(),
    };
    let en = match line {
        Some(line) => format!("line {line}: {message}"),
        None => message.to_owned(),
    };
    Text::new(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rules {
        name: String,
        days: i32,
    }

    fn text(toml: &str) -> Result<Rules, Text> {
        match read::<Rules>("trial", None, Some(toml)) {
            Ok((pointer, rules)) => {
                assert_eq!(pointer, "/toml");
                Ok(rules)
            }
            Err(problem) => Err(problem.errors[0].detail.clone()),
        }
    }

    #[test]
    fn a_version_is_read_as_json_as_keys_and_as_a_settings_file() {
        let rules = Rules { name: "x".to_owned(), days: 3 };
        let (pointer, found) =
            read::<Rules>("trial", Some(&json!({ "name": "x", "days": 3 })), None).unwrap();
        assert_eq!((pointer, &found), ("/rules", &rules));
        assert_eq!(text("name = \"x\"\ndays = 3").unwrap(), rules);
        assert_eq!(text("[[trial.rules]]\nname = \"x\"\ndays = 3").unwrap(), rules);
    }

    #[test]
    fn why_it_can_not_be_read_is_said_in_chinese_and_in_english() {
        for (toml, zh, en) in [
            ("name = \"x\"", "规则无法读取：缺少 days", "missing field `days`"),
            (
                "name = \"x\"\ndays = 3\nweeks = 1",
                "规则无法读取：没有名为 weeks 的规则项",
                "unknown field `weeks`",
            ),
            ("name = \"x\"\ndays = ", "规则无法读取：第 2 行不是正确的 TOML", "line 2: "),
            (
                "name = \"x\"\ndays = \"three\"",
                "规则无法读取：有规则项的取值不符合要求，请对照现行规则",
                "invalid type",
            ),
            ("[trial]\nrules = 3", "规则无法读取：缺少 [[trial.rules]]", "has no [[trial.rules]]"),
        ] {
            let found = text(toml).unwrap_err();
            assert_eq!(found.zh, zh);
            assert!(found.en.starts_with(en), "{}", found.en);
        }
        let neither = read::<Rules>("trial", None, None).unwrap_err();
        assert_eq!(neither.errors[0].pointer, "/rules");
        let both = read::<Rules>("trial", Some(&json!({})), Some("")).unwrap_err();
        assert_eq!(both.errors[0].pointer, "/rules");
    }
}
