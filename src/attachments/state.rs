//! Which step of an attachment is allowed from which state. Pure.

use crate::core::state::{NotAllowed, RefusesSteps};
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
        /// Its period has passed: the bytes are being deleted.
        Erasing = "erasing",
        /// Its period has passed: the bytes are gone, the row says so.
        Erased = "erased",
    }
}

crate::word_enum! {
    /// A step of an attachment.
    pub enum AttachmentStep {
        /// The bytes are stored, whole; again where the request is repeated.
        Finish = "finish",
        /// It is to be deleted, because nobody used it; again where an earlier round was broken off.
        Remove = "remove",
        /// Its period has passed.
        Erase = "erase",
        /// The bytes of one whose period has passed are deleted; again where an earlier round was broken off.
        Delete = "delete",
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
    use AttachmentState::{Erased, Erasing, Removing, Uploaded, Uploading};
    match (from, step) {
        (Uploading | Uploaded, AttachmentStep::Finish) => Ok(Uploaded),
        (Uploading | Uploaded | Removing, AttachmentStep::Remove) => Ok(Removing),
        (Uploaded, AttachmentStep::Erase) => Ok(Erasing),
        (Erasing | Erased, AttachmentStep::Delete) => Ok(Erased),
        _ => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<AttachmentStep> for AttachmentState {
    fn refused(_: NotAllowed<AttachmentState, AttachmentStep>) -> Problem {
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
                "uploaded erase erasing",
                "removing remove removing",
                "erasing delete erased",
                "erased delete erased",
            ]
        );
    }

    #[test]
    fn whatever_is_unused_is_removed() {
        // What was used is never in one of the others.
        for from in [AttachmentState::Uploading, AttachmentState::Uploaded, AttachmentState::Removing] {
            assert_eq!(transition(from, AttachmentStep::Remove), Ok(AttachmentState::Removing));
        }
    }
}
