//! The settings of mail: how it leaves.

use crate::settings::{Checks, Secret};

crate::settings_choice! {
    /// The transport by which mails leave.
    pub MailTransport {
        /// To the log; nothing is sent.
        Log = "log",
        /// To an SMTP server.
        Smtp = "smtp",
    }
}

crate::settings_choice! {
    /// How the connection to the SMTP server is protected.
    pub SmtpTls {
        /// Not at all.
        None = "none",
        /// Upgraded by STARTTLS; refused if the server does not offer it.
        StartTls = "starttls",
        /// From the first byte.
        Tls = "tls",
    }
}

crate::settings_section! {
    /// How mails leave.
    pub MailSettings in "mail" checked by check {
        /// "log" prints mails to the log and sends nothing; "smtp" sends them. Production needs "smtp".
        transport: MailTransport = MailTransport::Log;
        /// Sender of all mails.
        from: String = "ZeroDesk <noreply@zerodesk.invalid>".to_owned();
        /// SMTP server; needed for transport "smtp".
        smtp_host: String = String::new();
        /// Its port: 587 for STARTTLS, 465 for TLS, 25 for none.
        smtp_port: u16 = 587, 1..=65_535;
        /// Log-in at the SMTP server; empty: none.
        smtp_user: String = String::new();
        /// Its password. (secret)
        smtp_password: Secret = Secret::default();
        /// "none", "starttls" or "tls".
        smtp_tls: SmtpTls = SmtpTls::StartTls;
        /// Seconds for connecting to the SMTP server and for each of its answers.
        timeout_seconds: u64 = 20, 1..=600;
        /// Days after which a mail is given up that could not be sent, whoever was at fault.
        give_up_days: u32 = 5, 1..=60;
        /// The token by which a mail server reports bounces to POST /api/v1/mail/bounces; empty: there is no such call. (secret)
        bounce_token: Secret = Secret::default();
    }
    constants {
        /// Mails taken from the outbox at a time.
        batch: u32 = 20;
    }
}

/// Fewest bytes of the token for bounces: it is guessed at without a limit.
const LEAST_TOKEN_BYTES: usize = 16;

fn check(mail: &MailSettings, checks: &mut Checks<'_>) {
    checks.not_empty("mail.from", &mail.from);
    checks.check(
        mail.from.parse::<lettre::message::Mailbox>().is_ok(),
        "mail.from",
        "a mail address wanted, with or without a name: Name <name@example.cn>",
    );
    let long = mail.bounce_token.is_empty() || mail.bounce_token.len() >= LEAST_TOKEN_BYTES;
    checks.check(long, "mail.bounce_token", format!("must have at least {LEAST_TOKEN_BYTES} bytes"));
    if mail.transport == MailTransport::Smtp {
        let host = !mail.smtp_host.trim().is_empty();
        checks.check(host, "mail.smtp_host", "is needed for mail.transport \"smtp\"");
    }
    if checks.settings.is_production() {
        checks.check(
            mail.transport == MailTransport::Smtp,
            "mail.transport",
            "\"log\" sends nothing and is refused in production; \"smtp\" wanted",
        );
        checks.check(
            mail.smtp_user.is_empty() || mail.smtp_tls != SmtpTls::None,
            "mail.smtp_tls",
            "a password must not travel unprotected in production; \"starttls\" or \"tls\" wanted",
        );
    }
}
