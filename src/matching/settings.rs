//! The settings of matching: how long offers are open, how a search widens, how a pair is scored.

use crate::settings::{Checks, YesNo};

crate::settings_choice! {
    /// What duty rotas mean to the online match.
    pub DutyRule {
        /// Experts on duty are asked before the others.
        First = "first",
        /// No others are asked.
        Only = "only",
        /// The duty rota has no influence.
        Ignore = "ignore",
    }
}

crate::settings_section! {
    /// How long offers are open, and how a pair of a need and an expert is scored. A score is the mean of seven parts, each from 0 to 1,
    /// by their weights, of which only the proportions matter; one must be above 0. Hard rules (vetting, leave, conflicts of interest,
    /// capacity) are outside of it.
    pub MatchingSettings in "matching" checked by check {
        /// Seconds that an expert who is present has to answer an offer.
        offer_present_seconds: u64 = 180, 1..=86_400;
        /// Seconds that an expert who was asked by mail has.
        offer_mail_seconds: u64 = 86_400, 60..=2_592_000;
        /// Seconds that an offer stays open at least once its expert opens or types.
        offer_hold_seconds: u32 = 120, 1..=3_600;
        /// Minutes for which the platform waits for the first answer of an expert who has taken a consultation. How soon enterprises are to be
        /// answered stands in `response_targets`.
        first_answer_minutes: u32 = 60, 1..=10_080;
        /// "yes" takes a consultation from an expert who stays silent for longer and gives it to the next; "no" leaves it.
        reassign_silent: YesNo = YesNo::Yes;
        /// Duty rotas in the online match: "first" asks experts on duty before the others, "only" asks no others, "ignore" does not
        /// look. An expert without a rota is bound to no hours.
        duty: DutyRule = DutyRule::First;
        /// A consultation is offered to experts of the very kind in the enterprise's city; while they are all full, it waits for them
        /// this many seconds before it is offered to those of the class. Where there is nobody to wait for, it does not wait.
        widen_class_seconds: u32 = 60, 0..=86_400;
        /// Seconds after which it is offered in the whole province and to related classes.
        widen_province_seconds: u32 = 180, 0..=86_400;
        /// Seconds after which it is in the admins' queue and the region's officers are alarmed by mail.
        alarm_seconds: u32 = 600, 0..=604_800;
        /// The share of an expert's places that the consultations of one enterprise may take, in percent and rounded up; one place at least.
        enterprise_share_percent: u32 = 50, 1..=100;
        /// Days after its conclusion within which a consultation can be reopened.
        reopen_days: u32 = 30, 1..=3_650;
        /// Weight of the specialty: exact kind, class or related, level, failed items.
        weight_specialty: u32 = 40, 0..=1_000;
        /// Weight of nearness: the same district, city or province.
        weight_region: u32 = 15, 0..=1_000;
        /// Weight of the share of the expert's capacity that is free.
        weight_load: u32 = 20, 0..=1_000;
        /// Weight of urgency: days left to the statutory deadline, supervision class.
        weight_urgency: u32 = 5, 0..=1_000;
        /// Weight of speaking the enterprise's language.
        weight_language: u32 = 5, 0..=1_000;
        /// Weight of what came of the expert's earlier work: first re-inspections passed, ratings.
        weight_outcome: u32 = 10, 0..=1_000;
        /// Weight of having helped the enterprise before.
        weight_continuity: u32 = 5, 0..=1_000;
        /// Worth of a specialty in the class, where one in the very kind is worth 100.
        specialty_class_percent: u32 = 60, 0..=100;
        /// Worth of a specialty in a related class or in another kind of the class; at most that of the class.
        specialty_related_percent: u32 = 30, 0..=100;
        /// How much of a specialty's worth hangs on its level.
        specialty_level_percent: u32 = 20, 0..=100;
        /// How much of it hangs on naming the failed items or their standards; with the level at most 100.
        specialty_items_percent: u32 = 20, 0..=100;
        /// Worth of the same city, where the same district is worth 100.
        region_city_percent: u32 = 70, 0..=100;
        /// Worth of the same province; at most that of the city.
        region_province_percent: u32 = 40, 0..=100;
        /// How much distance counts for a consultation that is not on site, where on site it counts 100.
        region_remote_percent: u32 = 50, 0..=100;
        /// Days before a statutory deadline from which it begins to count.
        urgency_horizon_days: u32 = 60, 1..=3_650;
        /// How much of the urgency hangs on the supervision class; the rest hangs on the deadline.
        urgency_supervision_percent: u32 = 50, 0..=100;
        /// Worth of special supervision, where strict is worth 100 and general nothing.
        urgency_special_percent: u32 = 50, 0..=100;
    }
    constants {
        /// The longest that opening and typing can hold an offer beyond its first end, in seconds.
        offer_hold_most_seconds: u32 = 600;
    }
}

fn check(m: &MatchingSettings, checks: &mut Checks<'_>) {
    let weights = [
        m.weight_specialty,
        m.weight_region,
        m.weight_load,
        m.weight_urgency,
        m.weight_language,
        m.weight_outcome,
        m.weight_continuity,
    ];
    checks.check(
        weights.iter().any(|weight| *weight > 0),
        "matching.weight_specialty",
        "one of the weights at least must be above 0",
    );
    checks.check(
        m.widen_class_seconds <= m.widen_province_seconds,
        "matching.widen_province_seconds",
        "must not be below matching.widen_class_seconds",
    );
    checks.check(
        m.widen_province_seconds <= m.alarm_seconds,
        "matching.alarm_seconds",
        "must not be below matching.widen_province_seconds",
    );
    checks.check(
        m.specialty_related_percent <= m.specialty_class_percent,
        "matching.specialty_related_percent",
        "must not be above matching.specialty_class_percent",
    );
    checks.check(
        m.specialty_level_percent + m.specialty_items_percent <= 100,
        "matching.specialty_items_percent",
        "must not be above 100 together with matching.specialty_level_percent",
    );
    checks.check(
        m.region_province_percent <= m.region_city_percent,
        "matching.region_province_percent",
        "must not be above matching.region_city_percent",
    );
}
