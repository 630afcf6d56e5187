//! The settings of consultations: how much one enterprise may ask for.

use crate::settings::Checks;

crate::settings_section! {
    /// How much one enterprise may ask for, so that the experts are there for all.
    pub ConsultationSettings in "consultations" checked by check {
        /// Consultations of one enterprise that may be open at once: waiting, offered or under way. About one nonconformity there is one
        /// at a time.
        open_per_enterprise: u32 = 20, 1..=10_000;
        /// Consultations that one enterprise may open within an hour, reopened ones included.
        openings_per_hour: u32 = 20, 1..=10_000;
        /// Consultations that one enterprise may open within 24 hours, reopened ones included.
        openings_per_day: u32 = 60, 1..=100_000;
        /// Places of experts that the consultations of one enterprise may take at once, be they offered or under way. Further ones wait for one of
        /// them to end. An admin may give them to an expert all the same.
        places_per_enterprise: u32 = 10, 1..=10_000;
        /// Experts on the panel of one consultation besides the one who leads it, at most: seats and invitations that are not answered together.
        panel_places: u32 = 8, 1..=100;
        /// Consultations to which one may be linked by hand.
        links: u32 = 20, 1..=200;
        /// Seconds within which a message can be taken back by its sender.
        retract_seconds: u32 = 120, 1..=86_400;
        /// Days for which a message that is being written is kept for another device of its writer.
        draft_days: u32 = 30, 1..=365;
        /// Days after the end of a consultation after which its enterprise, where it has not rated it, is reminded by mail, once.
        rating_reminder_days: u32 = 3, 1..=365;
        /// Minutes after which somebody who was mentioned in a note, and has not read it, gets a mail.
        mention_mail_minutes: u32 = 5, 0..=1_440;
    }
    constants {
        /// Openings of one enterprise that one server keeps waiting for their turn; more are asked to come again.
        openings_in_line: usize = 16;
    }
}

fn check(settings: &ConsultationSettings, checks: &mut Checks<'_>) {
    checks.check(
        settings.openings_per_hour <= settings.openings_per_day,
        "consultations.openings_per_day",
        "must not be below consultations.openings_per_hour",
    );
}
