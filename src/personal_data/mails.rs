//! The mails about what people ask for.

use crate::mails;
use crate::notifications::Prose;
use chrono::{DateTime, NaiveDate, Utc};

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To a person: what was asked for has come in.
    PersonalRequestReceived = "personal_request_received",
        "personal_data/mail/personal_request_received.zh.txt", "personal_data/mail/personal_request_received.en.txt",
        "个人信息请求已收到" {
        /// What is asked for, in Chinese.
        what_zh: String,
        /// The same in English.
        what_en: String,
        /// The day by which it is decided.
        due_on: NaiveDate,
        /// The page of the own requests.
        link: String,
    }
    /// To a person: it is decided.
    PersonalRequestDecided = "personal_request_decided",
        "personal_data/mail/personal_request_decided.zh.txt", "personal_data/mail/personal_request_decided.en.txt",
        "个人信息请求处理结果" {
        /// What was asked for, in Chinese.
        what_zh: String,
        /// The same in English.
        what_en: String,
        /// Whether it was granted.
        granted: bool,
        /// Reason of the decision, as the officer wrote it.
        reason: Prose,
        /// The article, in Chinese.
        law_zh: String,
        /// The same in English.
        law_en: String,
        /// What has gone and what is kept, in Chinese; empty where nothing was erased.
        details_zh: Prose,
        /// The same in English.
        details_en: Prose,
    }
    /// To a person: the copy can be fetched.
    PersonalCopyReady = "personal_copy_ready",
        "personal_data/mail/personal_copy_ready.zh.txt", "personal_data/mail/personal_copy_ready.en.txt",
        "个人信息副本可下载" {
        /// Until when.
        expires_at: DateTime<Utc>,
        /// The page of the own requests.
        link: String,
    }
    /// To the officers in charge: something is to be decided soon.
    PersonalRequestDue = "personal_request_due",
        "personal_data/mail/personal_request_due.zh.txt", "personal_data/mail/personal_request_due.en.txt",
        "个人信息请求即将到期" {
        /// What is asked for, in Chinese.
        what_zh: String,
        /// The same in English.
        what_en: String,
        /// The last day.
        due_on: NaiveDate,
        /// The list of requests.
        link: String,
    }
}
