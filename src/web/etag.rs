//! Answers that a client may have already: `ETag` and `If-None-Match` (RFC 9110, section 13.1.2).

use actix_web::http::header::{ETag, EntityTag, IfNoneMatch};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};

/// Begins the answer with what a tag names: 304, with `true`, where `If-None-Match` says that the client has it, else 200.
pub fn answer_with_tag(request: &HttpRequest, tag: &str) -> (HttpResponseBuilder, bool) {
    let tag = EntityTag::new_strong(tag.to_owned());
    let is_known = match request.get_header::<IfNoneMatch>() {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        None => false,
    };
    let mut response = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(ETag(tag));
    (response, is_known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::IF_NONE_MATCH;
    use actix_web::test::TestRequest;

    #[test]
    fn what_the_client_has_is_told_by_its_tag() {
        for (header, known) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", W/\"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            let request = TestRequest::default().insert_header((IF_NONE_MATCH, header)).to_http_request();
            let (mut response, is_known) = answer_with_tag(&request, "a");
            assert_eq!(
                (is_known, response.finish().status().as_u16()),
                (known, if known { 304 } else { 200 }),
                "{header}"
            );
        }
        assert!(!answer_with_tag(&TestRequest::default().to_http_request(), "a").1);
    }
}
