//! The mail to an enterprise in whose name another system has opened a consultation.

use crate::mails;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To the people of an enterprise: another system has opened a consultation in its name.
    ConsultationOpenedFor = "consultation_opened_for",
        "api_keys/mail/consultation_opened_for.zh.txt", "api_keys/mail/consultation_opened_for.en.txt",
        "其他系统代为发起问诊" {
        /// The name of the system.
        system: String,
        /// The subject of the consultation.
        subject: String,
        /// The page of the consultation.
        link: String,
    }
}
