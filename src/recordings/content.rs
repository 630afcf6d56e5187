//! The bytes of segments, by HTTP.

use crate::attachments::Files;
use crate::attachments::range::{Part, part};
use crate::attachments::scan::access::admit;
use crate::core::problem::FieldError;
use crate::core::{Code, Problem, Text};
use crate::recordings::ids::{SegmentId, ViewId};
use crate::recordings::views::{self, Rendition};
use crate::web::etag::answer_with_tag;
use crate::web::problem::Answer;
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Auth, Id, Query};
use actix_web::body::SizedStream;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which view, and which rendition.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContentQuery {
    /// The view that is open.
    view: String,
    /// `original` or `blurred`; what is open to the reader where nothing is said.
    #[param(inline)]
    rendition: Option<Rendition>,
}

/// The bytes of a segment, or a range of them, for who has an open view.
#[utoipa::path(get, path = "/api/v1/recordings/segments/{id}/content", tag = "recordings", params(ContentQuery),
    responses((status = 200, content_type = "application/octet-stream", body = String),
        (status = 206, content_type = "application/octet-stream", body = String), (status = 304)))]
pub async fn content(
    state: State,
    auth: Auth,
    files: web::Data<Files>,
    id: Id<SegmentId>,
    query: Query<ContentQuery>,
    request: HttpRequest,
) -> Answer {
    let ContentQuery { view, rendition } = query.0;
    let Ok(view) = view.parse::<ViewId>() else {
        let text = Text::new("不是有效的查看编号", "is no id of a view");
        return Err(Problem::invalid(vec![FieldError::query("view", text)]).into());
    };
    let id = id.0;
    let row = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let row = views::file(conn, app.settings(), &auth.actor(), (id, view), rendition, app.clock().now())?;
        admit(app.settings(), &row)?;
        Ok(row)
    })
    .await?;
    let size = u64::try_from(row.size).map_err(Problem::internal)?;
    let (mut response, is_known) = answer_with_tag(&request, &row.digest());
    response
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'; sandbox",
        ))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::CONTENT_ENCODING, "identity"));
    if is_known {
        return Ok(response.finish());
    }
    response.content_type(row.content_type.as_str());
    match part(&request, size) {
        Part::Whole => Ok(response.body(SizedStream::new(size, files.get(row.id, size).await?))),
        Part::Bytes(from, until) => {
            let bytes = files.get_part(row.id, size, (from, until)).await?;
            response.status(StatusCode::PARTIAL_CONTENT).insert_header((
                header::CONTENT_RANGE,
                format!("bytes {from}-{}/{size}", until.saturating_sub(1)),
            ));
            Ok(response.body(SizedStream::new(until.saturating_sub(from), bytes)))
        }
        Part::None => {
            let text = Text::new(
                format!("文件共 {size} 字节，没有所请求的范围"),
                format!("the file has {size} bytes and no such range"),
            );
            Err(Problem::new(Code::RangeNotSatisfiable, text).into())
        }
    }
}
