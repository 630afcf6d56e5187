//! The settings of online sessions.

crate::settings_section! {
    /// Online sessions (线上问诊会). No published rule gives these numbers; they are provisional.
    pub OnlineSessionSettings in "online_sessions",
        provisional by "广东省线上问诊会（2022年会议报道）未公布具体数字；时长、提问数和入场时间为暂定 / the reports of 2022 on online sessions name no numbers; all are assumed" {
        /// Minutes before its beginning from which enterprises join a session.
        join_before_minutes: u32 = 15, 0..=240;
        /// Questions that one enterprise may ask in a session.
        questions_per_enterprise: u32 = 20, 1..=200;
        /// The longest session, in minutes.
        longest_minutes: u32 = 480, 15..=1_440;
    }
}
