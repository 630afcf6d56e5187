//! Which step of an attachment is allowed from which state. Pure.

use crate::core::state::NotAllowed;
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of an attachment. The table has the same words in a CHECK.
    pub enum AttachmentState {
        /// The row is there, the bytes perhaps not yet.
        Uploading = "uploading",
        /// The bytes are there, whole.
        Uploaded = "uploaded",
        /// Never used: the bytes are being deleted.
        Removing = "removing",
    }
}

crate::word_enum! {
    /// A step of an attachment.
    pub enum AttachmentStep {
        /// The bytes are stored, whole; again where the request is repeated.
        Finish = "finish",
        /// It is to be deleted, because nobody used it; again where an earlier round was broken off.
        Remove = "remove",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: AttachmentState,
    step: AttachmentStep,
) -> Result<AttachmentState, NotAllowed<AttachmentState, AttachmentStep>> {
    use AttachmentState::{Removing, Uploaded, Uploading};
    match (from, step) {
        (Uploading | Uploaded, AttachmentStep::Finish) => Ok(Uploaded),
        (Uploading | Uploaded | Removing, AttachmentStep::Remove) => Ok(Removing),
        (Removing, AttachmentStep::Finish) => Err(NotAllowed { from, step }),
    }
}

impl From<NotAllowed<AttachmentState, AttachmentStep>> for Problem {
    fn from(_: NotAllowed<AttachmentState, AttachmentStep>) -> Self {
        gone()
    }
}

/// 409 for an attachment that was deleted, or is being deleted, because nobody used it.
pub fn gone() -> Problem {
    Problem::new(
        Code::AttachmentGone,
        Text::new(
            "该附件长期未使用，已被清理；请用新的 Idempotency-Key 重新上传",
            "this attachment was deleted because nobody used it; upload it again under a new Idempotency-Key",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in AttachmentState::ALL {
            for &step in AttachmentStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "uploading finish uploaded",
                "uploading remove removing",
                "uploaded finish uploaded",
                "uploaded remove removing",
                "removing remove removing",
            ]
        );
    }

    #[test]
    fn whatever_is_unused_is_removed() {
        for from in AttachmentState::ALL {
            assert_eq!(transition(*from, AttachmentStep::Remove), Ok(AttachmentState::Removing));
        }
    }
}
