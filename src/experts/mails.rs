//! The mails to experts who apply.

#![allow(
    clippy::enum_variant_names,
    reason = "the mails of this domain are about one thing, for which they are named"
)]

use chrono::{DateTime, NaiveDate, Utc};

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To the address that an application names: the one-time link. Nothing that the applicant wrote is in it: nobody has proved the
    /// address yet.
    ApplicationLink = "application_link",
        "experts/mail/application_link.zh.txt", "experts/mail/application_link.en.txt",
        "专家申请链接" {
        /// When someone applied, UTC; shown in Asia/Shanghai.
        asked: DateTime<Utc>,
        /// From which network, by its first bits; may be empty.
        network: String,
        /// The one-time link. A secret until used.
        link: String,
        /// How long it stays good, in hours.
        valid_hours: u32,
    }
    /// To an expert who applied and proved the mailbox: the application has arrived.
    ApplicationReceived = "application_received",
        "experts/mail/application_received.zh.txt", "experts/mail/application_received.en.txt",
        "专家申请已收到" {
        /// The expert's name.
        expert: String,
    }
    /// To an expert: approved, the platform is open.
    ApplicationApproved = "application_approved",
        "experts/mail/application_approved.zh.txt", "experts/mail/application_approved.en.txt",
        "专家申请已通过" {
        /// The address of the page to log in at.
        login_link: String,
        /// The specialties that were not approved, each with the reason; may be empty.
        refused: Prose,
    }
    /// To an expert: an officer changed the capacity or the regions.
    ExpertProfileChanged = "expert_profile_changed",
        "experts/mail/expert_profile_changed.zh.txt", "experts/mail/expert_profile_changed.en.txt",
        "专家资料已变更" {
        /// The capacity now; 0 where it did not change.
        capacity: u32,
        /// The regions served now, by their Chinese names; empty where they did not change.
        regions: String,
        /// The same by their English names.
        regions_en: String,
        /// Reason given, as written by the person who gave it.
        reason: Prose,
    }
    /// To an expert: a specialty that was proposed is approved, or is not.
    SpecialtyDecided = "specialty_decided",
        "experts/mail/specialty_decided.zh.txt", "experts/mail/specialty_decided.en.txt",
        "专长审核结果" {
        /// The specialty, in Chinese.
        specialty_zh: String,
        /// The specialty, in English.
        specialty_en: String,
        /// Whether it is approved.
        approved: bool,
        /// Reason given; may be empty.
        reason: Prose,
    }
    /// To an expert: suspended.
    ExpertSuspended = "expert_suspended",
        "experts/mail/expert_suspended.zh.txt", "experts/mail/expert_suspended.en.txt",
        "专家已暂停" {
        /// Reason given, as written by the person who gave it.
        reason: Prose,
        /// The last day of it, where one is set.
        until: Option<NaiveDate>,
        /// Whom to call: name and telephone number, or mail address.
        contact: String,
        /// How many consultations go on.
        open: u32,
        /// Address of the page.
        link: String,
    }
    /// To an expert: no longer suspended.
    ExpertSuspensionEnded = "expert_suspension_ended",
        "experts/mail/expert_suspension_ended.zh.txt", "experts/mail/expert_suspension_ended.en.txt",
        "专家暂停已结束" {
        /// Reason given; empty where its last day has passed.
        reason: Prose,
        /// Where the platform is.
        link: String,
    }
    /// To an expert: not approved.
    ApplicationRejected = "application_rejected",
        "experts/mail/application_rejected.zh.txt", "experts/mail/application_rejected.en.txt",
        "专家申请未通过" {
        /// Reason given, as written by the person who gave it.
        reason: Prose,
    }
}
