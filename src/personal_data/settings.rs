//! The settings of what people ask for under the personal information law.

use crate::settings::Checks;

crate::settings_section! {
    /// What people ask for under the Personal Information Protection Law: a copy of their data, a correction, an erasure.
    pub PersonalDataSettings in "personal_data" checked by check {
        /// Working days after the request within which it is decided. (provisional: by analogy with the rules on apps, fifteen working days;
        /// the law says "in time", art. 50)
        answer_working_days: u32 = 15, 1..=60;
        /// Working days before the last one on which the officers in charge are reminded; less than those above.
        remind_working_days: u32 = 3, 1..=30;
        /// Days for which a copy can be fetched.
        copy_days: u32 = 7, 1..=90;
        /// Mebibytes of a copy at most. A greater one is not made, and the person is told to ask the operator.
        copy_mib: u32 = 64, 1..=512;
    }
}

fn check(settings: &PersonalDataSettings, checks: &mut Checks<'_>) {
    checks.check(
        settings.remind_working_days < settings.answer_working_days,
        "personal_data.remind_working_days",
        "must be less than personal_data.answer_working_days".to_owned(),
    );
}
