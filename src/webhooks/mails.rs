//! The mail to the officer of a webhook that was stopped.

use crate::mails;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To the officer who made a webhook: the platform has stopped it.
    WebhookDisabled = "webhook_disabled",
        "webhooks/mail/webhook_disabled.zh.txt", "webhooks/mail/webhook_disabled.en.txt",
        "推送已停用" {
        /// The endpoint.
        url: String,
        /// Why, in Chinese.
        reason_zh: String,
        /// Why, in English.
        reason_en: String,
        /// The page of the webhook.
        link: String,
    }
}
