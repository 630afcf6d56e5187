//! What a message says, as the service worker (`sw.js`) shows it. Pure.

use crate::core::Language;
use crate::core::hidden_characters::mark_hidden;
use crate::core::ids::ConsultationId;
use crate::web_push::encryption::LONGEST;
use serde::Serialize;

/// Characters of a message that are shown, where the settings let any be.
const SHOWN: usize = 120;

/// What a browser shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payload {
    /// The first line.
    pub title: String,
    /// The text beneath.
    pub body: String,
    /// The page that opens, a path of this server.
    pub url: String,
    /// A later message of the same tag takes the place of one that is shown.
    pub tag: String,
    /// The language of the texts.
    pub lang: &'static str,
}

/// What was written last, where the settings let it be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject of the consultation.
    pub subject: String,
    /// Who wrote.
    pub sender: String,
    /// The message.
    pub body: String,
}

const PLATFORM: (&str, &str) = ("产品质量专家服务台", "ZeroDesk");

/// The beginning of a text in one line, as people see it.
fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return mark_hidden(&text).into_owned();
    }
    let begun: String = text.chars().take(most).chain(['…']).collect();
    mark_hidden(&begun).into_owned()
}

impl Payload {
    /// That something is unread in a consultation. `at_least` says that there may be more.
    pub fn unread(
        consultation: ConsultationId,
        (count, at_least): (i64, bool),
        written: Option<&Written>,
        language: Language,
    ) -> Self {
        let (title, body) = match (language, written) {
            (Language::Zh, None) => {
                let least = if at_least { "至少" } else { "" };
                (PLATFORM.0.to_owned(), format!("您有{least} {count} 条未读消息，请登录查看。"))
            }
            (Language::En, None) => {
                let least = if at_least { "at least " } else { "" };
                let messages = if count == 1 { "message" } else { "messages" };
                (PLATFORM.1.to_owned(), format!("You have {least}{count} unread {messages}."))
            }
            (_, Some(Written { subject, sender, body })) => {
                let colon = if language == Language::Zh { "：" } else { ": " };
                let said = format!("{}{colon}{}", shortened(sender, SHOWN), shortened(body, SHOWN));
                (shortened(subject, SHOWN), said)
            }
        };
        let url = format!("/consultations/{consultation}");
        Self { title, body, url, tag: format!("consultation-{consultation}"), lang: language.tag() }
    }

    /// A trial that its person asked for.
    pub fn trial(language: Language) -> Self {
        let (title, body) = match language {
            Language::Zh => (PLATFORM.0, "测试提醒：此浏览器可以接收提醒。"),
            Language::En => (PLATFORM.1, "A test: this browser can show notices."),
        };
        let (title, body) = (title.to_owned(), body.to_owned());
        Self { title, body, url: "/account".to_owned(), tag: "trial".to_owned(), lang: language.tag() }
    }

    /// As JSON; without its text where that is longer than a message may be.
    pub fn bytes(&self) -> Vec<u8> {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        if bytes.len() <= LONGEST {
            return bytes;
        }
        serde_json::to_vec(&Self { body: String::new(), ..self.clone() }).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_how_much_is_unread_and_where() {
        let id = ConsultationId::new();
        let zh = Payload::unread(id, (2, false), None, Language::Zh);
        assert_eq!(zh.body, "您有 2 条未读消息，请登录查看。");
        assert_eq!((zh.url, zh.tag), (format!("/consultations/{id}"), format!("consultation-{id}")));
        let en = Payload::unread(id, (100, true), None, Language::En);
        assert_eq!(en.body, "You have at least 100 unread messages.");
        assert_eq!(Payload::unread(id, (1, false), None, Language::En).body, "You have 1 unread message.");
    }

    #[test]
    fn text_is_shortened_so_that_it_fits() {
        let written = Written {
            subject: "绝缘电阻不合格".to_owned(),
            sender: "黄建国".to_owned(),
            body: "𠮷\n".repeat(5_000),
        };
        let payload = Payload::unread(ConsultationId::new(), (1, false), Some(&written), Language::Zh);
        assert_eq!(payload.title, "绝缘电阻不合格");
        assert!(payload.body.starts_with("黄建国：𠮷 𠮷") && payload.body.ends_with('…'));
        assert!(payload.bytes().len() <= LONGEST);
    }

    #[test]
    fn what_does_not_show_is_shown_as_a_mark() {
        let written = Written {
            subject: "报告\u{202E}fdp.exe".to_owned(),
            sender: "黄\u{200B}建国".to_owned(),
            body: "\u{2066}".repeat(5_000),
        };
        let payload = Payload::unread(ConsultationId::new(), (1, false), Some(&written), Language::Zh);
        assert_eq!(payload.title, "报告⟨U+202E⟩fdp.exe");
        assert!(payload.body.starts_with("黄⟨U+200B⟩建国：⟨U+2066⟩"), "{}", payload.body);
        assert!(payload.bytes().len() <= LONGEST);
    }
}
