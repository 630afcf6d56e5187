//! The transcript of a consultation, as a file.
//!
//! It is sent as it is read, part by part, so that a long one costs no memory. Each part asks again whether the reader may see it.

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find_all;
use crate::chat::events::StoredMessage;
use crate::chat::kernel::Stream;
use crate::chat::quotes::quoted;
use crate::consultations::affiliations::Affiliations;
use crate::consultations::api::transcript_text::{
    Beside, FileNames, TranscriptFormat, TranscriptOpinion, Words, Writer,
};
use crate::consultations::chat_port::chat_log;
use crate::consultations::conclusion::{ConclusionDocument, latest};
use crate::consultations::queries;
use crate::consultations::views::ConsultationView;
use crate::core::actor::Actor;
use crate::core::ids::ConsultationId;
use crate::core::{Language, Problem};
use crate::exports::disposition_in;
use crate::web::accept::preferred;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Auth, Id, Lang, Query};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Messages that are read at a time, and about how many bytes of them.
const PART: (i64, i64) = (500, 512 * 1024);

/// In what form the transcript is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TranscriptQuery {
    /// `html` (a page that needs nothing besides itself), `text`, or `json`; else by `Accept`, and `html` for all others.
    #[param(inline)]
    format: Option<TranscriptFormat>,
    /// `zh-CN` or `en`; else by `Accept-Language`.
    lang: Option<String>,
}

/// A transcript.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "describes a body that is sent part by part")]
pub struct Transcript {
    /// The consultation.
    consultation: ConsultationView,
    /// What the panel said: in the latest conclusion, then beside it or after it.
    opinions: Vec<TranscriptOpinion>,
    /// What its participants said, oldest first. Experts' notes are in no transcript.
    talk: Vec<StoredMessage>,
}

/// The opinions of the latest conclusion as it was given out, and those of the panel that are not in it.
fn opinions(c: &ConsultationView, concluded: Option<ConclusionDocument>) -> Vec<TranscriptOpinion> {
    let mut all: Vec<TranscriptOpinion> = concluded
        .into_iter()
        .flat_map(|document| document.opinions)
        .map(|o| TranscriptOpinion {
            expert: o.expert,
            name: o.name,
            opinion: o.opinion,
            agreement: o.agreement,
            reason: o.reason,
            after_conclusion: false,
        })
        .collect();
    for member in &c.panel {
        let Some(opinion) = &member.opinion else { continue };
        let is_in = |known: &TranscriptOpinion| {
            let same = known.expert.map_or(known.name == member.name, |expert| expert == member.expert);
            same && known.opinion == *opinion
        };
        if all.iter().any(is_in) {
            continue;
        }
        all.push(TranscriptOpinion {
            expert: Some(member.expert),
            name: member.name.clone(),
            opinion: opinion.clone(),
            agreement: member.agreement,
            reason: member.reason.clone(),
            after_conclusion: member.after_conclusion,
        });
    }
    all
}

/// What was said in a consultation that the caller sees, as one file: its question, the talk, the conclusion. The internal notes
/// are in no one's transcript, since it is made to be handed on.
#[utoipa::path(get, path = "/api/v1/consultations/{id}/transcript", tag = "consultations", params(TranscriptQuery),
    responses((status = 200, content(
        (String = "text/html"), (String = "text/plain"), (Transcript = "application/json")))))]
pub async fn transcript(
    state: State,
    auth: Auth,
    id: Id<ConsultationId>,
    query: Query<TranscriptQuery>,
    lang: Lang,
    request: actix_web::HttpRequest,
) -> Answer {
    let offers = [
        ("application/json", TranscriptFormat::Json),
        ("text/plain", TranscriptFormat::Text),
        ("text/html", TranscriptFormat::Html),
    ];
    let format = query.0.format.or_else(|| preferred(&request, &offers)).unwrap_or(TranscriptFormat::Html);
    let language = query.0.lang.as_deref().map_or(lang.0, Language::from_tag);
    let (id, actor) = (id.0, auth.actor());
    let asked = actor.clone();
    let (c, opinions, affiliations, made_at) = read(&state, move |app| {
        let conn = &mut *app.snapshot()?;
        let c = queries::get(conn, &asked, id)?;
        let concluded = match c.conclusion_number {
            Some(_) => Some(latest(conn, id)?.document),
            None => None,
        };
        let opinions = opinions(&c, concluded);
        Ok((c, opinions, Affiliations::of(conn, id, language)?, app.clock().now()))
    })
    .await?;
    let kind = match format {
        TranscriptFormat::Html => "text/html; charset=utf-8",
        TranscriptFormat::Text => "text/plain; charset=utf-8",
        TranscriptFormat::Json => "application/json",
    };
    let ending = match format {
        TranscriptFormat::Html => "html",
        TranscriptFormat::Text => "txt",
        TranscriptFormat::Json => "json",
    };
    let names = [format!("问诊记录-{id}"), format!("transcript-{id}")];
    let name = disposition_in(language, names.each_ref().map(String::as_str), ending);
    let writer =
        Writer { format, words: Words { language, affiliations }, c: Box::new(c), opinions, made_at };
    let first = Sending { state, actor, writer, after: 0, step: Step::Head };
    let parts = futures_util::stream::try_unfold(first, |sending| async move {
        sending.next().await.map_err(actix_web::Error::from)
    });
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .streaming(parts))
}

fn file_names(conn: &mut PgConnection, messages: &[StoredMessage]) -> Result<FileNames, Problem> {
    let ids: Vec<_> = messages.iter().flat_map(|m| &m.attachments).map(|id| AttachmentId(*id)).collect();
    if ids.is_empty() {
        return Ok(FileNames::new());
    }
    Ok(find_all(conn, &ids)?.into_iter().map(|row| (row.id.0, row.name)).collect())
}

/// What is sent next.
enum Step {
    Head,
    Messages,
    End,
}

struct Sending {
    state: State,
    actor: Actor,
    writer: Writer,
    after: i64,
    step: Step,
}

impl Sending {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Failure> {
        let text = match self.step {
            Step::Head => {
                self.step = Step::Messages;
                self.writer.head()?
            }
            Step::Messages => {
                let (actor, id, after) = (self.actor.clone(), self.writer.c.id, self.after);
                let page = read(&self.state, move |app| {
                    let mut conn = app.snapshot()?;
                    let log = chat_log(&actor);
                    let part = log.read_after(&mut conn, id, Stream::Talk, after, PART.0, PART.1)?.messages;
                    let names = file_names(&mut conn, &part)?;
                    let quotes = quoted(&mut conn, id, Stream::Talk, &part)?;
                    Ok((part, Beside { names, quotes }))
                });
                let (messages, beside) = page.await?;
                match messages.last() {
                    Some(last) => {
                        let text = self.writer.part(&messages, &beside, self.after == 0)?;
                        self.after = last.seq;
                        text
                    }
                    None => {
                        self.step = Step::End;
                        self.writer.tail()?
                    }
                }
            }
            Step::End => return Ok(None),
        };
        Ok(Some((Bytes::from(text), self)))
    }
}
