//! How a mail leaves: by SMTP, or in development into the log.
//!
//! The conversation is led command by command and not by lettre's transport, because only so can
//! a refusal of the recipient be distinguished from one of ourselves: both may be a 550; and only so is it known
//! whether the text had been sent when the connection was lost.

use crate::core::Problem;
use crate::notifications::outbox::{self, ClaimedMail};
use crate::notifications::settings::{MailSettings, MailTransport, SmtpTls};
use crate::notifications::templates::one_line;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use std::time::{Duration, SystemTime};

const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
const CONTENT_LANGUAGE: HeaderName = HeaderName::new_from_ascii_str("Content-Language");

/// Why a mail did not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The recipient or the text is refused with 5xx: another attempt would end the same way.
    #[error("{0}")]
    Refused(String),
    /// No mail can be made of it.
    #[error("{0}")]
    Unfit(String),
    /// The text was sent and no answer to it came: the mail server may have taken it.
    #[error("{0}")]
    MaybeTaken(String),
    /// This mail did not go this time.
    #[error("{0}")]
    Failed(String),
    /// There is no mail server to talk to; no other mail would go either.
    #[error("{0}")]
    Away(String),
}

/// Sends mails as the settings say. Blocks.
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

enum Transport {
    Log,
    Smtp(Box<Smtp>),
}

struct Smtp {
    host: String,
    port: u16,
    timeout: Duration,
    credentials: Option<Credentials>,
    tls: Option<(SmtpTls, TlsParameters)>,
    hello: ClientId,
    connection: Option<SmtpConnection>,
}

impl Mailer {
    /// A mailer that is not connected yet.
    ///
    /// # Errors
    /// 500 when `mail.from` is no address or TLS can't be set up.
    pub fn new(settings: &MailSettings) -> Result<Self, Problem> {
        let from = outbox::sender(&settings.from)?;
        let transport = match settings.transport {
            MailTransport::Log => Transport::Log,
            MailTransport::Smtp => Transport::Smtp(Box::new(Smtp::new(settings)?)),
        };
        Ok(Self { from, transport })
    }

    /// Sends one mail. The connection is kept for the next one.
    ///
    /// # Errors
    /// How it failed, with the server's words.
    pub fn send(&mut self, mail: &ClaimedMail) -> Result<(), SendError> {
        let message = build(&self.from, mail)?;
        match &mut self.transport {
            Transport::Log => {
                tracing::info!("mail to {}\nsubject: {}\n\n{}", mail.recipient, mail.subject, mail.body);
                Ok(())
            }
            Transport::Smtp(smtp) => smtp.send(&message),
        }
    }

    /// Ends the connection to the mail server; the next mail opens another.
    pub fn disconnect(&mut self) {
        if let Transport::Smtp(smtp) = &mut self.transport
            && let Some(mut connection) = smtp.connection.take()
        {
            connection.abort();
        }
    }
}

/// The mail in its form for the wire: UTF-8 text, and the same bytes at every attempt.
fn build(from: &Mailbox, mail: &ClaimedMail) -> Result<Message, SendError> {
    let unfit = |e: &dyn std::fmt::Display| SendError::Unfit(format!("the mail can't be built: {e}"));
    let address = mail.recipient.parse().map_err(|e: lettre::address::AddressError| unfit(&e))?;
    // The outbox has done so; but lettre panics at a control character in a name.
    let name = Some(one_line(&mail.recipient_name)).filter(|name| !name.is_empty());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(one_line(&mail.subject))
        .date(SystemTime::from(mail.created_at))
        .message_id(Some(mail.message_id.clone()))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
        .raw_header(HeaderValue::new(CONTENT_LANGUAGE, mail.language.clone()))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.body.clone())
        .map_err(|e| unfit(&e))
}

impl Smtp {
    fn new(settings: &MailSettings) -> Result<Self, Problem> {
        let host = settings.smtp_host.trim().to_owned();
        let tls = match settings.smtp_tls {
            SmtpTls::None => None,
            kind => Some((kind, TlsParameters::new(host.clone()).map_err(Problem::internal)?)),
        };
        let credentials = (!settings.smtp_user.is_empty()).then(|| {
            Credentials::new(settings.smtp_user.clone(), settings.smtp_password.expose().to_owned())
        });
        Ok(Self {
            host,
            port: settings.smtp_port,
            timeout: Duration::from_secs(settings.timeout_seconds),
            credentials,
            tls,
            hello: ClientId::default(),
            connection: None,
        })
    }

    fn send(&mut self, message: &Message) -> Result<(), SendError> {
        // A server may have hung up since the last mail.
        let kept = self.connection.take().and_then(|mut kept| kept.command(Rset).is_ok().then_some(kept));
        let mut connection = match kept {
            Some(kept) => kept,
            None => self.connect().map_err(|e| SendError::Away(words(&e)))?,
        };
        let outcome = converse(&mut connection, message);
        // What state an error left the connection in is not worth finding out.
        match outcome {
            Ok(()) => self.connection = Some(connection),
            Err(_) => connection.abort(),
        }
        outcome
    }

    fn connect(&self) -> Result<SmtpConnection, lettre::transport::smtp::Error> {
        let at_once = self.tls.as_ref().filter(|(kind, _)| *kind == SmtpTls::Tls).map(|(_, tls)| tls);
        let server = (self.host.as_str(), self.port);
        let mut connection = SmtpConnection::connect(server, Some(self.timeout), &self.hello, at_once, None)?;
        if let Some((SmtpTls::StartTls, tls)) = &self.tls {
            // Fails where the server does not offer it: no mail and no password in the clear.
            connection.starttls(tls, &self.hello)?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials)?;
        }
        Ok(connection)
    }
}

fn converse(connection: &mut SmtpConnection, message: &Message) -> Result<(), SendError> {
    let failed = |e: lettre::transport::smtp::Error| SendError::Failed(words(&e));
    let envelope = message.envelope();
    let mut parameters = Vec::new();
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    if addresses.any(|address| !<_ as AsRef<str>>::as_ref(address).is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(SendError::Failed("the server takes no address outside ASCII".to_owned()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    connection.command(Mail::new(envelope.from().cloned(), parameters)).map_err(failed)?;
    // From here on an answer is about this mail.
    let refused = |e: lettre::transport::smtp::Error| match is_of_this_mail(&e) {
        true => SendError::Refused(words(&e)),
        false => failed(e),
    };
    for to in envelope.to() {
        connection.command(Rcpt::new(to.clone(), Vec::new())).map_err(refused)?;
    }
    connection.command(Data).map_err(refused)?;
    connection.message(&message.formatted()).map_err(|e| match e.status().map(u16::from) {
        // A server that ends (421), and a connection that is lost, say nothing about the text that was sent.
        None | Some(421) => SendError::MaybeTaken(words(&e)),
        Some(_) => refused(e),
    })?;
    Ok(())
}

/// Whether an answer refuses this mail for good. Some 5xx are about how we talk instead: 503 a wrong order of commands, 530 a missing
/// log-in.
fn is_of_this_mail(error: &lettre::transport::smtp::Error) -> bool {
    error.is_permanent() && !matches!(error.status().map(u16::from), Some(503 | 530))
}

/// The error with its sources, on one line.
fn words(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};

    fn mail() -> ClaimedMail {
        let id: crate::notifications::ids::MailId = "01a7c5a6-0000-7000-8000-000000000001".parse().unwrap();
        ClaimedMail {
            id,
            message_id: format!("<{id}@zerodesk.invalid>"),
            language: "zh-CN".to_owned(),
            recipient: "zhang@factory.example".to_owned(),
            recipient_name: "广东某某电线电缆有限公司(测试), \"A\" <b@c.cn>".to_owned(),
            subject: "复查合格：铜芯聚氯乙烯绝缘电线".to_owned(),
            body: "您好！\n.\n第三行\n".to_owned(),
            attempts: 1,
            maybe_taken: 0,
            created_at: Utc.with_ymd_and_hms(2026, 11, 23, 6, 30, 0).unwrap(),
        }
    }

    #[test]
    fn a_message_carries_what_a_mail_program_needs_and_is_the_same_each_time() {
        let from = outbox::sender("ZeroDesk <noreply@zerodesk.invalid>").unwrap();
        let bytes = build(&from, &mail()).unwrap().formatted();
        assert_eq!(bytes, build(&from, &mail()).unwrap().formatted());
        let parsed = mailparse::parse_mail(&bytes).unwrap();
        let header = |name: &str| {
            let all: Vec<_> = parsed.headers.iter().filter(|h| h.get_key() == name).collect();
            assert_eq!(all.len(), 1, "{name}");
            all[0].get_value()
        };
        assert_eq!(header("Message-ID"), "<01a7c5a6-0000-7000-8000-000000000001@zerodesk.invalid>");
        assert_eq!(header("Date"), "Mon, 23 Nov 2026 06:30:00 +0000");
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        assert_eq!(header("Content-Language"), "zh-CN");
        assert_eq!(header("Content-Type"), "text/plain; charset=utf-8");
        assert_eq!(header("Subject"), "复查合格：铜芯聚氯乙烯绝缘电线");
        assert!(header("To").ends_with("<zhang@factory.example>"), "{}", header("To"));
        assert_eq!(parsed.get_body().unwrap().replace("\r\n", "\n").trim_end(), "您好！\n.\n第三行");
        assert!(bytes.is_ascii(), "no server needs 8BITMIME");
    }

    #[test]
    fn line_breaks_in_a_stored_row_make_no_header() {
        let from = outbox::sender("ZeroDesk <noreply@zerodesk.invalid>").unwrap();
        let evil = "x\r\nBcc: victim@example.cn\r\n\r\nhello".to_owned();
        let mail = ClaimedMail { subject: evil.clone(), recipient_name: evil.clone(), ..mail() };
        let bytes = build(&from, &mail).unwrap().formatted();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("\nBcc:"), "{text}");
        let with_address = ClaimedMail { recipient: format!("a@b.cn{evil}"), ..mail };
        assert!(matches!(build(&from, &with_address), Err(SendError::Unfit(_))));
    }

    #[test]
    fn the_log_takes_every_mail() {
        let settings = MailSettings::default();
        assert_eq!(Mailer::new(&settings).unwrap().send(&mail()), Ok(()));
    }
}
