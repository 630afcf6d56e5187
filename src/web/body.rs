//! From bytes to typed input, with a sentence in both languages for what does not fit.

mod invalid_value;
mod json;
mod parameter;

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use invalid_value::{Input, InvalidValue};
use json::Json;

/// Reads a JSON object.
///
/// # Errors
/// 400 `bad_json` for what is not JSON, with line and column; 422 with the pointer of the first field that does not fit.
pub(super) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let sent: Json = serde_json::from_slice(bytes).map_err(|e| bad_json(&e))?;
    if !matches!(sent, Json::Object(_)) {
        return Err(Problem::field("", Text::new("须为 JSON 对象", "must be a JSON object")));
    }
    let value = serde_path_to_error::deserialize(&sent).map_err(|error| {
        let (path, invalid) = place(error);
        Problem::invalid(vec![FieldError::body(pointer(&path), invalid.text(Input::Body))])
    })?;
    refuse_nul(&sent)?;
    Ok(value)
}

/// Reads an object that was taken out of a body, as the body itself is read.
///
/// # Errors
/// 422 with the pointer of the first field that does not fit.
pub fn part<T: DeserializeOwned>(object: serde_json::Map<String, serde_json::Value>) -> Result<T, Problem> {
    json(&serde_json::to_vec(&object).map_err(Problem::internal)?)
}

/// Reads a query string.
///
/// # Errors
/// 422 with `?name` of the first parameter that is unknown, missing, given twice or does not fit.
pub(super) fn query<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let unprintable = form_urlencoded::parse(text.as_bytes())
        .filter(|(name, value)| [name, value].iter().any(|t| t.chars().any(is_broken)))
        .map(|(name, _)| {
            let name: String = name.chars().filter(|c| !is_broken(*c)).collect();
            FieldError::query(&name, Text::new("含有无效字符", "contains invalid characters"))
        })
        .collect();
    Problem::unless_empty(unprintable)?;
    serde_path_to_error::deserialize(parameter::reader(text)).map_err(|error| {
        let (path, invalid) = place(error);
        let name = path.first().map_or("", String::as_str);
        Problem::invalid(vec![FieldError::query(name, invalid.text(Input::Query))])
    })
}

/// A control character, or the replacement of bytes that are not UTF-8.
fn is_broken(c: char) -> bool {
    c.is_control() || c == char::REPLACEMENT_CHARACTER
}

fn bad_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(
        Code::BadJson,
        Text::new(
            format!("请求正文不是有效的 JSON（第 {line} 行第 {column} 列）"),
            format!("the body is not valid JSON (line {line}, column {column})"),
        ),
    )
}

/// PostgreSQL stores no NUL, and none is ever meant.
fn refuse_nul(sent: &Json) -> Result<(), Problem> {
    let mut faults = Vec::new();
    find_nul(sent, &mut Vec::new(), &mut faults);
    Problem::unless_empty(faults)
}

fn find_nul(value: &Json, path: &mut Vec<String>, faults: &mut Vec<FieldError>) {
    match value {
        Json::Text(text) if text.contains('\0') => {
            let detail = Text::new("含有控制字符", "contains control characters");
            faults.push(FieldError::body(pointer(path), detail));
        }
        Json::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                find_nul(item, path, faults);
                path.pop();
            }
        }
        Json::Object(fields) => {
            for (name, item) in fields {
                path.push(name.clone());
                find_nul(item, path, faults);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Where a value does not fit, and why.
fn place(error: serde_path_to_error::Error<InvalidValue>) -> (Vec<String>, InvalidValue) {
    let mut path = segments(error.path());
    let invalid = error.into_inner();
    // These are found by the object as a whole, an unknown field by its name.
    if let InvalidValue::Missing(name) | InvalidValue::Duplicate(name) = invalid {
        path.push(name.to_owned());
    }
    (path, invalid)
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
        on: Option<chrono::NaiveDate>,
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
            (r#"{"name":"","inner":[{"kind":"one","kind":"two"}]}"#, "/inner/0/kind", "duplicate field"),
            (r#"{"name":"","inner":[{"kind":"one","inner":1}]}"#, "/inner/0/inner", "unknown field"),
            (r#"{"name":"","inner":[{"kind":1}]}"#, "/inner/0/kind", "must be one of one, two"),
            (r#"{"name":"","inner":[["one"]]}"#, "/inner/0", "must be an object"),
            (r#"{"name":null,"inner":[]}"#, "/name", "must be a string"),
            (r#"{"name":"","inner":[],"n":2.5}"#, "/n", "must be a whole number within range"),
            (
                r#"{"name":"","inner":[],"n":99999999999999999999}"#,
                "/n",
                "must be a whole number within range",
            ),
            (
                r#"{"name":"","inner":[],"on":"soon"}"#,
                "/on",
                "is not valid: input contains invalid characters",
            ),
            (r#"{"name":"","inner":[],"on":7}"#, "/on", "must be a string"),
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
        all: Option<bool>,
        kind: Option<Kind>,
    }

    #[test]
    fn a_bad_parameter_is_named() {
        for (text, at, en) in [
            ("x=1", "?x", "unknown parameter"),
            ("n=a", "?n", "must be a whole number within range"),
            ("n=300", "?n", "must be a whole number within range"),
            ("n=", "?n", "must be a whole number within range"),
            ("all=perhaps", "?all", "must be true or false"),
            ("kind=six", "?kind", "must be one of one, two"),
            ("q=a&q=b", "?q", "duplicate parameter"),
            ("q=%00", "?q", "contains invalid characters"),
            ("q=%ff", "?q", "contains invalid characters"),
        ] {
            let problem = query::<Search>(text).unwrap_err();
            assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, at), "{text}");
            assert_eq!(problem.errors[0].detail.en, en, "{text}");
        }
        assert_eq!(query::<Search>("q=%E9%92%A2+a&n=5").unwrap().q.unwrap(), "钢 a");
    }
}
