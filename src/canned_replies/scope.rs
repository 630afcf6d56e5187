//! The owner of a canned reply.

use crate::core::Text;

crate::word_enum! {
    /// Whose a canned reply is.
    pub enum ReplyScope {
        /// Of one account.
        Own = "own",
        /// Of a product hospital.
        Hospital = "hospital",
        /// Of the platform.
        Platform = "platform",
    }
}

impl ReplyScope {
    /// The words for people.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Own => ("个人", "own"),
            Self::Hospital => ("产品医院", "product hospital"),
            Self::Platform => ("平台", "platform"),
        };
        Text::new(zh, en)
    }
}
