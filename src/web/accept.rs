//! The form of an answer that a request asks for by `Accept`.

use actix_web::HttpMessage;
use actix_web::http::header::{Accept, Quality};

/// The value of the media type that `Accept` gives the highest weight among those offered, of equal ones the first that it
/// names (RFC 9110, section 12.5.1). `None` where it names none of them: a wildcard prefers nothing.
pub fn preferred<T: Copy>(request: &impl HttpMessage, offers: &[(&str, T)]) -> Option<T> {
    let mut best: Option<(Quality, T)> = None;
    for asked in request.get_header::<Accept>().map(|header| header.0).unwrap_or_default() {
        let named = |(kind, _): &&(&str, T)| asked.item.essence_str().eq_ignore_ascii_case(kind);
        let Some((_, value)) = offers.iter().find(named) else { continue };
        if asked.quality > Quality::ZERO && best.is_none_or(|(quality, _)| asked.quality > quality) {
            best = Some((asked.quality, *value));
        }
    }
    best.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::ACCEPT;
    use actix_web::test::TestRequest;

    #[test]
    fn the_form_is_negotiated() {
        let offers = [("application/json", "json"), ("text/csv", "csv"), ("text/html", "html")];
        for (accept, wanted) in [
            ("", None),
            ("*/*", None),
            ("text/*, image/png", None),
            ("text/csv", Some("csv")),
            ("TEXT/CSV", Some("csv")),
            ("text/csv; charset=utf-8", Some("csv")),
            ("application/json, text/plain, */*", Some("json")),
            ("image/png, text/csv;q=0.5, application/json;q=0.4", Some("csv")),
            ("text/csv;q=0.1, application/json", Some("json")),
            ("text/html,application/xhtml+xml,application/json;q=0.9", Some("html")),
            ("text/csv;q=0", None),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT, accept)).to_http_request();
            assert_eq!(preferred(&request, &offers), wanted, "{accept}");
        }
    }
}
