//! The mails of online sessions, to the people of enterprises.

use crate::mails;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// It is invited.
    OnlineSessionInvited = "online_session_invited",
        "online_sessions/mail/online_session_invited.zh.txt", "online_sessions/mail/online_session_invited.en.txt",
        "线上问诊会邀请" {
        /// The topic.
        topic: String,
        /// When it is held, in Asia/Shanghai, in words.
        at: String,
        /// The page of the session.
        link: String,
    }
    /// The time has changed.
    OnlineSessionChanged = "online_session_changed",
        "online_sessions/mail/online_session_changed.zh.txt", "online_sessions/mail/online_session_changed.en.txt",
        "线上问诊会变更" {
        /// The topic.
        topic: String,
        /// When it is held, in Asia/Shanghai, in words.
        at: String,
        /// The page of the session.
        link: String,
    }
    /// It is cancelled.
    OnlineSessionCancelled = "online_session_cancelled",
        "online_sessions/mail/online_session_cancelled.zh.txt", "online_sessions/mail/online_session_cancelled.en.txt",
        "线上问诊会取消" {
        /// The topic.
        topic: String,
        /// The reason, as it was given.
        reason: String,
        /// The page of the session.
        link: String,
    }
    /// A question was dealt with.
    OnlineQuestionDecided = "online_question_decided",
        "online_sessions/mail/online_question_decided.zh.txt", "online_sessions/mail/online_question_decided.en.txt",
        "线上提问处理结果" {
        /// The topic.
        topic: String,
        /// The page of the session.
        link: String,
    }
}
