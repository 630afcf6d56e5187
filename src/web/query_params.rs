//! What the address of a page asks for. An empty field of a form asks for nothing.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::core::page::Slice;
use crate::core::problem::FieldError;
use crate::core::{Problem, Text};
use crate::web::problem::Failure;

/// Rows of a list on a page.
const ROWS: &str = "30";

/// The parameters of a page, without those that are empty.
#[derive(Debug, Clone, Default)]
pub struct QueryParams {
    path: String,
    words: BTreeMap<String, String>,
}

impl FromRequest for QueryParams {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = form_urlencoded::parse(request.query_string().as_bytes());
        let words = given
            .filter(|(name, value)| name != "lang" && !value.trim().is_empty())
            .map(|(name, value)| (name.into_owned(), value.trim().replace('\0', "")));
        ready(Ok(Self { path: request.path().to_owned(), words: words.collect() }))
    }
}

impl QueryParams {
    /// What a parameter says.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    /// The same, for a form to be filled with.
    pub fn value(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The address of the page without its parameters.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The parameters that a form for this one carries along: all others, but for the part of the list.
    pub fn others(&self, name: &str) -> Vec<(&str, &str)> {
        let all = self.words.iter().filter(|(key, _)| *key != name && *key != "cursor");
        all.map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }

    /// A text with marks where what was typed into the search box stands; the template marks it `safe`.
    pub fn marked(&self, text: impl AsRef<str>) -> String {
        crate::web::escaper::marked(text, self.get("q").or_else(|| self.get("by")).unwrap_or_default())
    }

    /// Whether a parameter says this.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    /// Whether anything is narrowed down.
    pub fn narrows(&self) -> bool {
        self.words.keys().any(|name| name != "cursor")
    }

    /// What a parameter says, in its type.
    ///
    /// # Errors
    /// 422 naming the parameter.
    pub fn read<T: FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        let Some(word) = self.get(name) else { return Ok(None) };
        word.parse().map(Some).map_err(|_| {
            let text = Text::new("不是可用的值", "is not a value that can be asked for");
            Problem::invalid(vec![FieldError::query(name, text)])
        })
    }

    /// Which part of the list.
    ///
    /// # Errors
    /// 422 for a cursor that no list gave out.
    pub fn slice(&self) -> Result<Slice, Problem> {
        Slice::parse(Some(ROWS), self.get("cursor"))
    }

    /// The parameters without one, and with another value for it where one is given.
    fn query(&self, name: &str, value: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.words.iter().filter(|(key, _)| *key != name && *key != "cursor"));
        if let Some(value) = value {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// This page with another value of a parameter, from its first row.
    pub fn with(&self, name: &str, value: &str) -> String {
        format!("{}?{}", self.path, self.query(name, Some(value)))
    }

    /// This page without a parameter.
    pub fn without(&self, name: &str) -> String {
        format!("{}?{}", self.path, self.query(name, None))
    }

    /// The address of the list at a path of the API as this page narrows it. It ends so that `format=` fits behind it.
    pub fn file(&self, path: &str) -> String {
        self.file_with(path, &[], &[])
    }

    /// The address of the list at a path of the API as this page narrows it, but for its part and some parameters that only the page
    /// knows, with others in their place. It ends so that `format=` fits behind it.
    pub fn file_with(&self, path: &str, without: &[&str], with: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let own =
            |name: &str| name == "cursor" || without.contains(&name) || with.iter().any(|w| w.0 == name);
        query.extend_pairs(self.words.iter().filter(|(name, _)| !own(name)));
        query.extend_pairs(with);
        let query = query.finish();
        if query.is_empty() { format!("{path}?") } else { format!("{path}?{query}&") }
    }

    /// The same parameters at another address, with one more.
    pub fn at(&self, path: &str, name: &str, value: &str) -> String {
        format!("{path}?{}", self.query(name, Some(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn asked(uri: &str) -> QueryParams {
        let request = TestRequest::with_uri(uri).to_http_request();
        QueryParams::from_request(&request, &mut Payload::None).into_inner().unwrap()
    }

    #[test]
    fn an_empty_field_filters_nothing() {
        let asked = asked("/cases?state=&q=%20a%26b%20&lang=en&cursor=x");
        assert_eq!((asked.get("state"), asked.get("q"), asked.get("lang")), (None, Some("a&b"), None));
        assert!(asked.narrows() && asked.is("q", "a&b"));
        assert_eq!(asked.with("state", "ordered"), "/cases?q=a%26b&state=ordered");
        assert_eq!(asked.without("q"), "/cases?");
        assert_eq!(asked.at("/api", "format", "csv"), "/api?q=a%26b&format=csv");
        assert_eq!(asked.file("/api"), "/api?q=a%26b&");
        assert_eq!(asked.file_with("/api", &["q"], &[("vetting", "approved")]), "/api?vetting=approved&");
        assert_eq!(asked.file_with("/api", &["q"], &[]), "/api?");
        assert!(asked.slice().is_err());
        assert_eq!(asked.read::<i64>("q").unwrap_err().errors[0].pointer, "?q");
    }
}
