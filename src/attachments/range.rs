//! Which part of a file a request asks for (RFC 9110, section 14).

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::http::header::Range as RangeHeader;

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it: no range is asked for, or one that we need not give.
    Whole,
    /// From this byte to behind that one.
    Bytes(u64, u64),
    /// A range that the file does not have.
    None,
}

/// The part of a file of this size. Several ranges at once are answered by the whole file, as is allowed.
pub fn part(request: &HttpRequest, size: u64) -> Part {
    let Some(RangeHeader::Bytes(specs)) = request.get_header::<RangeHeader>() else { return Part::Whole };
    if specs.len() != 1 {
        return Part::Whole;
    }
    match specs.first().and_then(|spec| spec.to_satisfiable_range(size)) {
        Some((first, last)) => Part::Bytes(first, last.saturating_add(1)),
        None => Part::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::RANGE;
    use actix_web::test::TestRequest;

    #[test]
    fn a_part_is_what_the_range_says() {
        let asked = |header: &str| {
            let request = TestRequest::default().insert_header((RANGE, header)).to_http_request();
            part(&request, 100)
        };
        assert_eq!(part(&TestRequest::default().to_http_request(), 100), Part::Whole);
        for (header, wanted) in [
            ("bytes=0-", Part::Bytes(0, 100)),
            ("bytes=0-0", Part::Bytes(0, 1)),
            ("bytes=10-19", Part::Bytes(10, 20)),
            ("bytes=90-900", Part::Bytes(90, 100)),
            ("bytes=-5", Part::Bytes(95, 100)),
            ("bytes=100-", Part::None),
            ("bytes=0-1,5-6", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("nonsense", Part::Whole),
        ] {
            assert_eq!(asked(header), wanted, "{header}");
        }
    }
}
