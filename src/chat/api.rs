//! The handshake of the chat's sockets.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload as DevPayload;
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest};
use actix_web_actors::ws;

use crate::chat::fanout::Fanout;
use crate::chat::port::ConsultationPort;
use crate::chat::protocol::SUBPROTOCOL;
use crate::chat::session::{self, Open};
use crate::chat::writer::Writer;
use crate::core::{Code, Problem, Text};
use crate::web::identity::subprotocols;
use crate::web::problem::{Answer, Failure};
use crate::web::state::State;
use crate::web::{Auth, Lang};

/// The running parts of the chat that handlers use.
#[derive(Clone)]
pub struct ChatServer {
    /// Delivers to the sockets of this server and to the other servers.
    pub fanout: Fanout,
    /// The writers.
    pub writer: Writer,
    /// The domain that owns consultations.
    pub port: Arc<dyn ConsultationPort>,
}

impl FromRequest for ChatServer {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut DevPayload) -> Self::Future {
        let chat = request.app_data::<Data<ChatServer>>().map(|chat| ChatServer::clone(chat));
        ready(chat.ok_or_else(|| Problem::internal("this server has no chat").into()))
    }
}

/// Opens a socket of the chat: WebSocket, subprotocol `zerodesk.v1`, JSON text frames. The token comes by `Authorization:
/// Bearer`, by the pages' cookie (then `Origin` must match) or as a second subprotocol `bearer.<token>`; never by the URL.
#[utoipa::path(get, path = "/api/v1/ws", tag = "chat",
    responses((status = 101, description = "The socket is open; the first frame is `welcome`.")))]
pub async fn socket(
    state: State,
    auth: Auth,
    request: HttpRequest,
    lang: Lang,
    chat: ChatServer,
    payload: Payload,
) -> Answer {
    if state.is_draining() {
        return Err(Problem::unavailable("the server is stopping").into());
    }
    let offers = subprotocols(&request).count() > 0;
    if offers && !subprotocols(&request).any(|p| p == SUBPROTOCOL) {
        let text = Text::new("子协议须为 zerodesk.v1", "the subprotocol must be zerodesk.v1");
        return Err(Problem::new(Code::UnknownSubprotocol, text).into());
    }
    let accepted = ws::handshake_with_protocols(&request, &[SUBPROTOCOL]).map_err(|error| {
        let text = Text::new(
            format!("须为 WebSocket 握手：{error}"),
            format!("must be a WebSocket handshake: {error}"),
        );
        Problem::new(Code::BadHandshake, text)
    })?;
    let open = Open {
        app: state.app.clone(),
        fanout: chat.fanout,
        writer: chat.writer,
        port: chat.port,
        person: auth.person,
        language: lang.0,
    };
    Ok(session::open(accepted, payload, open))
}
