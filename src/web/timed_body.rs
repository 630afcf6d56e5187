//! Bodies that must come in time: each piece within the idle time, all of it within the whole time. Else 408, and the connection ends.

use std::io;
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::{Method, header};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use tokio::time::{Instant, timeout_at};

use crate::settings::ServerSettings;

/// Puts the limits around the body of a request, which must be routed nowhere yet.
pub(super) fn limit(request: &mut ServiceRequest, settings: &ServerSettings) {
    // A socket's frames come through its handshake's body; such a request is a GET, and no handler of one reads a body.
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return;
    }
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let is_upload = content_type.is_some_and(|value| value.as_bytes().starts_with(b"multipart/"));
    let whole = if is_upload { settings.upload_seconds } else { settings.body_seconds };
    match request.take_payload() {
        Payload::None => {}
        payload => {
            let idle = Duration::from_secs(settings.body_seconds);
            request.set_payload(timed(payload, idle, Duration::from_secs(whole)));
        }
    }
}

fn timed(payload: Payload, idle: Duration, whole: Duration) -> Payload {
    let end = Instant::now() + whole;
    let stream = unfold(Some(payload), move |payload| async move {
        let mut payload = payload?;
        match timeout_at(end.min(Instant::now() + idle), payload.next()).await {
            Ok(piece) => Some((piece?, Some(payload))),
            Err(_) => Some((Err(PayloadError::Io(io::ErrorKind::TimedOut.into())), None)),
        }
    });
    // Asked again after its end, it says once more that it has ended.
    Payload::Stream { payload: Box::pin(stream.fuse()) }
}
