//! The transcript of a consultation, as a file.
//!
//! It is sent as it is read, part by part, so that a long one costs no memory. Each part asks again whether the reader may see it.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::attachments::ids::AttachmentId;
use crate::attachments::store::find_all;
use crate::chat::erasure::ERASED;
use crate::chat::events::{Sender, StoredMessage};
use crate::chat::kernel::Stream;
use crate::chat::quotes::{Quoted, quoted};
use crate::consultations::affiliations::Affiliations;
use crate::consultations::agreement::Agreement;
use crate::consultations::chat_port::chat_log;
use crate::consultations::conclusion::{ConclusionDocument, latest};
use crate::consultations::queries::{self};
use crate::consultations::views::ConsultationView;
use crate::core::actor::{Actor, Role};
use crate::core::hidden_characters::mark_hidden;
use crate::core::ids::{ConsultationId, ExpertId};
use crate::core::{Language, Problem};
use crate::exports::disposition_in;
use crate::web::accept::preferred;
use crate::web::problem::{Answer, Failure};
use crate::web::reply::read;
use crate::web::state::State;
use crate::web::{Auth, Id, Lang, Query};

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

/// The forms of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TranscriptFormat {
    /// One self-contained file of HTML.
    Html,
    /// Plain text in UTF-8.
    Text,
    /// For programs.
    Json,
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

/// An opinion of an expert of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranscriptOpinion {
    /// The expert; none in conclusions that were given out before this was kept.
    expert: Option<ExpertId>,
    /// The expert's name.
    name: String,
    /// In the expert's words.
    opinion: String,
    /// Whether the expert agrees with the conclusion; none where it was not said.
    agreement: Option<Agreement>,
    /// The reasons of a dissent.
    reason: Option<String>,
    /// Whether it was given after the conclusion and does not belong to it.
    after_conclusion: bool,
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

/// The names of files by their ids; what is gone has none.
type FileNames = HashMap<Uuid, String>;

fn file_names(conn: &mut PgConnection, messages: &[StoredMessage]) -> Result<FileNames, Problem> {
    let ids: Vec<_> = messages.iter().flat_map(|m| &m.attachments).map(|id| AttachmentId(*id)).collect();
    if ids.is_empty() {
        return Ok(FileNames::new());
    }
    Ok(find_all(conn, &ids)?.into_iter().map(|row| (row.id.0, row.name)).collect())
}

/// What stands beside the messages of a part.
struct Beside {
    /// The names of their files.
    names: FileNames,
    /// The messages that they quote.
    quotes: HashMap<i64, Quoted>,
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

/// Words and times in the reader's language.
struct Words {
    language: Language,
    /// For whom those speak who wrote.
    affiliations: Affiliations,
}

impl Words {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.language == Language::Zh { zh } else { en }
    }

    fn time(&self, at: &DateTime<Utc>) -> String {
        at.with_timezone(&Shanghai).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The names of a message's files, behind what they are; nothing where there are none.
    fn files(&self, message: &StoredMessage, names: &FileNames) -> String {
        if message.attachments.is_empty() {
            return String::new();
        }
        let gone = self.t("已删除的文件", "a deleted file");
        let name = |id: &Uuid| names.get(id).map_or(gone, String::as_str);
        let all: Vec<&str> = message.attachments.iter().map(name).collect();
        format!("{}{}", self.t("附件：", "Files: "), all.join(self.t("、", ", ")))
    }

    /// What a message says; what stands in the place of a text that is gone.
    fn said<'a>(&self, message: &'a StoredMessage) -> &'a str {
        if message.retracted_at.is_some() {
            self.t("（消息已撤回）", "(taken back)")
        } else if message.kind == ERASED {
            self.t("（已按保存期限清除）", "(erased when its retention period had passed)")
        } else {
            &message.body
        }
    }

    /// The message that one quotes, in a line; nothing where it quotes none.
    fn quote(&self, message: &StoredMessage, quotes: &HashMap<i64, Quoted>) -> String {
        let Some(quoted) = message.reply_to.and_then(|seq| quotes.get(&seq)) else { return String::new() };
        let (seq, name) = (quoted.seq, self.sender(&quoted.sender));
        let words = quoted.gone().map_or(quoted.words.as_str(), |(zh, en)| self.t(zh, en));
        match self.language {
            Language::Zh => format!("引用第 {seq} 条　{name}：{words}"),
            Language::En => format!("quotes {seq}, {name}: {words}"),
        }
    }

    /// The person who wrote, and for whom.
    fn sender(&self, sender: &Sender) -> String {
        match (self.affiliations.beside(sender.id, &sender.name), self.language) {
            (None, _) => sender.name.clone(),
            (Some(side), Language::Zh) => format!("{}（{side}）", sender.name),
            (Some(side), Language::En) => format!("{} ({side})", sender.name),
        }
    }

    /// The position of an expert of the panel, and whether it came after the conclusion.
    fn position(&self, member: &TranscriptOpinion) -> String {
        let position = match member.agreement {
            None => self.t("（未表明态度）", "(position not stated)"),
            Some(Agreement::Agree) => self.t("（同意）", "(agrees)"),
            Some(Agreement::Dissent) => self.t("（不同意见）", "(dissents)"),
            Some(Agreement::Abstain) => self.t("（弃权）", "(abstains)"),
        };
        let late = if member.after_conclusion {
            self.t("（结论后发表）", " (after the conclusion)")
        } else {
            ""
        };
        format!("{position}{late}")
    }

    /// The reasons of an expert's position.
    fn reason(&self, member: &TranscriptOpinion) -> Option<String> {
        Some(format!("{}{}", self.t("理由：", "Reasons: "), member.reason.as_deref()?))
    }

    /// What stands before the conclusion: one that no longer is the last word says so.
    fn concluded(&self, c: &ConsultationView) -> &'static str {
        match (c.is_concluded_by_expert(), self.language) {
            (true, Language::Zh) => "结论",
            (true, Language::En) => "Conclusion",
            (false, Language::Zh) => "原结论（问诊曾重新打开）",
            (false, Language::En) => "Former conclusion (the consultation was reopened)",
        }
    }

    fn role(&self, role: &Role) -> &'static str {
        match (role, self.language) {
            (Role::Enterprise, Language::Zh) => "企业",
            (Role::Expert, Language::Zh) => "专家",
            (Role::Admin, Language::Zh) => "监管人员",
            (Role::Operator, Language::Zh) => "平台",
            (Role::Sampler, Language::Zh) => "抽样人员",
            (Role::Laboratory, Language::Zh) => "检验机构",
            (role, Language::En) => role.as_str(),
        }
    }
}

#[derive(Template)]
#[template(path = "consultations/transcript.html")]
struct Head<'a> {
    w: &'a Words,
    c: &'a ConsultationView,
    opinions: &'a [TranscriptOpinion],
    made_at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "consultations/transcript_part.html")]
struct Part<'a> {
    w: &'a Words,
    messages: &'a [StoredMessage],
    beside: &'a Beside,
}

impl Part<'_> {
    fn files(&self, message: &StoredMessage) -> String {
        self.w.files(message, &self.beside.names)
    }

    fn quote(&self, message: &StoredMessage) -> String {
        self.w.quote(message, &self.beside.quotes)
    }
}

/// Writes the parts.
struct Writer {
    format: TranscriptFormat,
    words: Words,
    c: Box<ConsultationView>,
    opinions: Vec<TranscriptOpinion>,
    made_at: DateTime<Utc>,
}

impl Writer {
    fn head(&self) -> Result<String, Problem> {
        let (w, c) = (&self.words, &self.c);
        match self.format {
            TranscriptFormat::Html => {
                let head = Head { w, c, opinions: &self.opinions, made_at: self.made_at };
                head.render().map_err(Problem::internal)
            }
            TranscriptFormat::Json => {
                let consultation = serde_json::to_string(c).map_err(Problem::internal)?;
                let opinions = serde_json::to_string(&self.opinions).map_err(Problem::internal)?;
                Ok(format!("{{\"consultation\":{consultation},\"opinions\":{opinions},\"talk\":["))
            }
            TranscriptFormat::Text => {
                let expert = c
                    .expert
                    .as_ref()
                    .map_or(String::new(), |e| format!("{} {}", mark_hidden(&e.name), mark_hidden(&e.title)));
                Ok(format!(
                    "{}\n{}{}\n{}{expert}\n{}{}\n{}{}\n{}\n\n{}\n\n",
                    mark_hidden(&c.subject),
                    w.t("企业：", "Enterprise: "),
                    mark_hidden(&c.enterprise.name),
                    w.t("专家：", "Expert: "),
                    w.t("发起时间：", "Opened: "),
                    w.time(&c.opened_at),
                    w.t("制作时间：", "Made: "),
                    w.time(&self.made_at),
                    w.t("时间均为北京时间。", "All times are Beijing time."),
                    mark_hidden(&c.question),
                ))
            }
        }
    }

    fn part(&self, messages: &[StoredMessage], beside: &Beside, first: bool) -> Result<String, Problem> {
        let w = &self.words;
        match self.format {
            TranscriptFormat::Html => Part { w, messages, beside }.render().map_err(Problem::internal),
            TranscriptFormat::Json => {
                let all: Result<Vec<String>, _> = messages.iter().map(serde_json::to_string).collect();
                let comma = if first { "" } else { "," };
                Ok(format!("{comma}{}", all.map_err(Problem::internal)?.join(",")))
            }
            TranscriptFormat::Text => Ok(messages
                .iter()
                .map(|m| {
                    let (name, role) = (w.sender(&m.sender), w.role(&m.sender.role));
                    let name = mark_hidden(&name);
                    let line = |text: String| {
                        if text.is_empty() { text } else { format!("{}\n", mark_hidden(&text)) }
                    };
                    let (files, quote) = (line(w.files(m, &beside.names)), line(w.quote(m, &beside.quotes)));
                    let (open, close) = (w.t("（", " ("), w.t("）：", "):"));
                    let (at, body) = (w.time(&m.sent_at), mark_hidden(w.said(m)));
                    format!("[{at}] {}. {name}{open}{role}{close}\n{quote}{body}\n{files}\n", m.seq)
                })
                .collect()),
        }
    }

    fn tail(&self) -> Result<String, Problem> {
        let w = &self.words;
        let conclusion = self.c.conclusion.as_deref();
        Ok(match self.format {
            TranscriptFormat::Html => "</body>\n</html>\n".to_owned(),
            TranscriptFormat::Json => "]}".to_owned(),
            TranscriptFormat::Text => {
                let number = self.c.conclusion_number.as_deref().unwrap_or_default();
                let cause = self.c.cause.as_deref().map_or_else(String::new, |cause| {
                    format!("{}{}\n", w.t("原因：", "Cause: "), mark_hidden(cause))
                });
                let conclusion = conclusion.map(|text| {
                    let (label, colon) = (w.concluded(&self.c), w.t("：", ": "));
                    format!("{label}{colon}{number}\n{cause}{}\n", mark_hidden(text))
                });
                let opinions = self.opinions.iter().map(|p| {
                    let label = w.t("会诊意见：", "Opinion: ");
                    let opinion = mark_hidden(&p.opinion);
                    let reason =
                        w.reason(p).map_or_else(String::new, |text| format!("{}\n", mark_hidden(&text)));
                    format!("\n{label}{} {}\n{opinion}\n{reason}", mark_hidden(&p.name), w.position(p))
                });
                conclusion.into_iter().chain(opinions).collect()
            }
        })
    }
}
