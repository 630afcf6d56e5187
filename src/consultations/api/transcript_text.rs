//! What stands in the file of a transcript, in each of its forms: its head, the messages of a part, its end.

use crate::chat::erasure::ERASED;
use crate::chat::events::{Sender, StoredMessage};
use crate::chat::quotes::Quoted;
use crate::consultations::affiliations::Affiliations;
use crate::consultations::agreement::Agreement;
use crate::consultations::views::ConsultationView;
use crate::core::actor::Role;
use crate::core::hidden_characters::mark_hidden;
use crate::core::ids::ExpertId;
use crate::core::{Language, Problem};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

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

/// An opinion of an expert of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TranscriptOpinion {
    /// The expert; none in conclusions that were given out before this was kept.
    pub expert: Option<ExpertId>,
    /// The expert's name.
    pub name: String,
    /// In the expert's words.
    pub opinion: String,
    /// Whether the expert agrees with the conclusion; none where it was not said.
    pub agreement: Option<Agreement>,
    /// The reasons of a dissent.
    pub reason: Option<String>,
    /// Whether it was given after the conclusion and does not belong to it.
    pub after_conclusion: bool,
}

/// The names of files by their ids; what is gone has none.
pub(super) type FileNames = HashMap<Uuid, String>;

/// What stands beside the messages of a part.
pub(super) struct Beside {
    /// The names of their files.
    pub names: FileNames,
    /// The messages that they quote.
    pub quotes: HashMap<i64, Quoted>,
}

/// Words and times in the reader's language.
pub(super) struct Words {
    pub language: Language,
    /// For whom those speak who wrote.
    pub affiliations: Affiliations,
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
pub(super) struct Writer {
    pub format: TranscriptFormat,
    pub words: Words,
    pub c: Box<ConsultationView>,
    pub opinions: Vec<TranscriptOpinion>,
    pub made_at: DateTime<Utc>,
}

impl Writer {
    pub fn head(&self) -> Result<String, Problem> {
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

    pub fn part(&self, messages: &[StoredMessage], beside: &Beside, first: bool) -> Result<String, Problem> {
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

    pub fn tail(&self) -> Result<String, Problem> {
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
