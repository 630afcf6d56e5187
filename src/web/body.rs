//! From bytes to typed input, with a sentence in both languages for what does not fit.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};

/// Reads a JSON object.
///
/// # Errors
/// 400 `bad_json` for what is not JSON, with line and column; 422 with the pointer of the first field that does not fit.
pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Derived code also takes an array for a struct; the API does not.
    if bytes.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(bytes).map_err(|e| bad_json(&e))?;
        return Err(Problem::field("", Text::new("须为 JSON 对象", "must be a JSON object")));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = segments(error.path());
        let error = error.into_inner();
        match error.classify() {
            Category::Data => {
                invalid_value(path, &error.to_string(), |path| FieldError::body(pointer(path), EMPTY))
            }
            _ => bad_json(&error),
        }
    })?;
    reader.end().map_err(|e| bad_json(&e))?;
    refuse_nul(bytes)?;
    Ok(value)
}

/// Reads a query string.
///
/// # Errors
/// 422 with `?name` of the first parameter that is unknown, missing, doubled or does not fit.
pub(super) fn query<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let unprintable = form_urlencoded::parse(text.as_bytes())
        .filter(|(name, value)| [name, value].iter().any(|t| t.chars().any(is_broken)))
        .map(|(name, _)| {
            let name: String = name.chars().filter(|c| !is_broken(*c)).collect();
            FieldError::query(&name, Text::new("含有无效字符", "contains invalid characters"))
        })
        .collect();
    Problem::unless_empty(unprintable)?;
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = segments(error.path());
        invalid_value(path, &error.into_inner().to_string(), |path| {
            FieldError::query(path.first().map_or("", String::as_str), EMPTY)
        })
    })
}

const EMPTY: Text = Text { zh: std::borrow::Cow::Borrowed(""), en: std::borrow::Cow::Borrowed("") };

/// A control character, or the replacement of bytes that are not UTF-8.
fn is_broken(c: char) -> bool {
    c.is_control() || c == char::REPLACEMENT_CHARACTER
}

fn bad_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(
        Code::BadJson,
        Text::new(
            format!("请求正文不是有效的 JSON(第 {line} 行第 {column} 列)"),
            format!("the body is not valid JSON (line {line}, column {column})"),
        ),
    )
}

/// PostgreSQL stores no NUL, and none is ever meant.
fn refuse_nul(bytes: &[u8]) -> Result<(), Problem> {
    if !bytes.windows(6).any(|w| w == b"\\u0000") {
        return Ok(());
    }
    let value = serde_json::from_slice(bytes)?;
    let mut faults = Vec::new();
    find_nul(&value, &mut Vec::new(), &mut faults);
    Problem::unless_empty(faults)
}

fn find_nul(value: &serde_json::Value, path: &mut Vec<String>, faults: &mut Vec<FieldError>) {
    match value {
        serde_json::Value::String(text) if text.contains('\0') => {
            let detail = Text::new("含有控制字符", "contains control characters");
            faults.push(FieldError::body(pointer(path), detail));
        }
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                find_nul(item, path, faults);
                path.pop();
            }
        }
        serde_json::Value::Object(fields) => {
            for (name, item) in fields {
                path.push(name.clone());
                find_nul(item, path, faults);
                path.pop();
            }
        }
        _ => {}
    }
}

fn segments(path: &Path) -> Vec<String> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { variant } => Some(variant.clone()),
            Segment::Unknown => None,
        })
        .collect()
}

fn pointer(path: &[String]) -> String {
    path.iter().map(|s| format!("/{}", s.replace('~', "~0").replace('/', "~1"))).collect()
}

/// Makes a fault of serde's message. The messages are read because serde gives no other form of them; one that is not
/// recognised is passed on as it is.
fn invalid_value(mut path: Vec<String>, message: &str, at: impl Fn(&[String]) -> FieldError) -> Problem {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
    let mut push_once = |name: String| {
        if path.last() != Some(&name) {
            path.push(name);
        }
    };
    let detail = if message.starts_with("missing field") {
        path.push(quoted());
        Text::new("缺少此项", "is missing")
    } else if message.starts_with("unknown field") {
        push_once(quoted());
        Text::new("未知的名称", "unknown field")
    } else if message.starts_with("duplicate field") {
        push_once(quoted());
        Text::new("重复出现", "duplicate field")
    } else if message.starts_with("unknown variant") {
        let wanted: Vec<_> = message.split('`').skip(3).step_by(2).collect();
        Text::new(format!("须为 {} 之一", wanted.join("、")), format!("must be one of {}", wanted.join(", ")))
    } else if let Some((_, wanted)) = message.split_once(", expected ") {
        let wanted = expected(wanted);
        Text::new(format!("类型或取值不正确，应为{}", wanted.zh), format!("must be {}", wanted.en))
    } else if message.contains("invalid digit") || message.contains("number too") {
        Text::new("须为整数，且在范围内", "must be a whole number within range")
    } else {
        let shown: String = message.chars().take(200).collect();
        Text::new("取值不正确", format!("is not valid: {shown}"))
    };
    let mut fault = at(&path);
    fault.detail = detail;
    Problem::invalid(vec![fault])
}

fn expected(what: &str) -> Text {
    let whole =
        |w: &str| w.len() <= 5 && w.starts_with(['i', 'u']) && w.ends_with(|c: char| c.is_ascii_digit());
    match what {
        "a string" => Text::new("文本", "a string"),
        "a boolean" => Text::new("布尔值", "true or false"),
        "a sequence" => Text::new("数组", "an array"),
        "a map" => Text::new("对象", "an object"),
        "f32" | "f64" => Text::new("数字", "a number"),
        w if whole(w) || w == "usize" => Text::new("整数，且在范围内", "a whole number within range"),
        w if w.starts_with("struct ") => Text::new("对象", "an object"),
        w => Text::new(w.to_owned(), w.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read from JSON")]
    struct Outer {
        name: String,
        inner: Vec<Inner>,
        n: Option<u16>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read from JSON")]
    struct Inner {
        kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
        Two,
    }

    #[test]
    fn a_wrong_type_is_reported_with_its_pointer() {
        for (body, at, en) in [
            (r#"{}"#, "/name", "is missing"),
            (r#"{"name":1,"inner":[]}"#, "/name", "must be a string"),
            (r#"{"name":"","inner":[],"x/y":1}"#, "/x~1y", "unknown field"),
            (r#"{"name":"","name":"","inner":[]}"#, "/name", "duplicate field"),
            (
                r#"{"name":"","inner":[{"kind":"one"},{"kind":"six"}]}"#,
                "/inner/1/kind",
                "must be one of one, two",
            ),
            (r#"{"name":"","inner":[{}]}"#, "/inner/0/kind", "is missing"),
            (r#"{"name":"","inner":{}}"#, "/inner", "must be an array"),
            (r#"{"name":"","inner":[],"n":-1}"#, "/n", "must be a whole number within range"),
            (r#"{"name":"","inner":[],"n":70000}"#, "/n", "must be a whole number within range"),
            (r#"{"name":"a\u0000","inner":[]}"#, "/name", "contains control characters"),
            (r#"["",[]]"#, "", "must be a JSON object"),
            ("null", "", "must be a JSON object"),
        ] {
            let problem = json::<Outer>(body.as_bytes()).unwrap_err();
            assert_eq!((problem.status, problem.code), (422, Code::InvalidFields), "{body}");
            assert_eq!(problem.errors[0].pointer, at, "{body}");
            assert_eq!(problem.errors[0].detail.en, en, "{body}");
        }
    }

    #[test]
    fn what_is_not_json_is_named_by_line_and_column() {
        for body in ["", "{", "{\"name\":}", "{} x", "{'name':1}", "\u{feff}{}", "[1", "{\"name\":\"\u{1}\"}"]
        {
            let problem = json::<serde_json::Value>(body.as_bytes()).unwrap_err();
            assert_eq!((problem.status, problem.code), (400, Code::BadJson), "{body}");
        }
        assert_eq!(json::<serde_json::Value>(b"{\"a\":\"\xff\"}").unwrap_err().code, Code::BadJson);
        let deep = format!("{{\"a\":{}", "[".repeat(10_000));
        assert_eq!(json::<serde_json::Value>(deep.as_bytes()).unwrap_err().code, Code::BadJson);
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read from a query")]
    struct Search {
        q: Option<String>,
        n: Option<u8>,
    }

    #[test]
    fn a_bad_parameter_is_named() {
        for (text, at) in [
            ("x=1", "?x"),
            ("n=a", "?n"),
            ("n=300", "?n"),
            ("q=a&q=b", "?q"),
            ("q=%00", "?q"),
            ("q=%ff", "?q"),
        ] {
            let problem = query::<Search>(text).unwrap_err();
            assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, at), "{text}");
        }
        assert_eq!(query::<Search>("q=%E9%92%A2+a&n=5").unwrap().q.unwrap(), "钢 a");
    }
}
