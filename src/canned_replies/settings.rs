//! The settings of canned replies.

crate::settings_section! {
    /// Canned replies: how many are kept, and how long one may be.
    pub CannedReplySettings in "canned_replies" {
        /// Canned replies that one account may keep for itself.
        per_account: u32 = 100, 1..=1_000;
        /// Canned replies of one product hospital, and of the platform.
        shared: u32 = 200, 1..=2_000;
        /// Most characters of the text of one. A message may be longer or shorter: `chat.max_body_chars` holds for what is sent.
        max_chars: u32 = 1_000, 1..=4_000;
    }
}
