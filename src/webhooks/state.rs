//! The states of webhooks and of deliveries, and the steps between them. Pure. The tables have the same words in CHECKs.

use crate::core::state::{NotAllowed, RefusesSteps};
use crate::core::{Code, Problem, Text};

crate::word_enum! {
    /// The state of a webhook.
    pub enum WebhookState {
        /// It is told of events.
        Active = "active",
        /// An officer has stopped it: no events are noted for it, and what waits is not sent.
        Paused = "paused",
        /// The platform has stopped it.
        Disabled = "disabled",
    }
}

crate::word_enum! {
    /// Why the platform has stopped a webhook.
    pub enum DisabledReason {
        /// The endpoint has answered 410: there is nobody any more.
        Gone = "gone",
        /// Nothing has succeeded for days.
        Failing = "failing",
    }
}

impl DisabledReason {
    /// The reason in words.
    pub fn text(self) -> Text {
        match self {
            Self::Gone => {
                Text::new("对方返回该地址已永久停用（410）", "the endpoint answered that it is gone (410)")
            }
            Self::Failing => Text::new("推送连续多日失败", "every attempt has failed for days"),
        }
    }
}

crate::word_enum! {
    /// The state of a delivery.
    pub enum DeliveryState {
        /// Not yet taken by the receiver: it waits for its next attempt, or is in hand.
        Pending = "pending",
        /// The receiver has taken it.
        Delivered = "delivered",
        /// It is not tried any more.
        Failed = "failed",
        /// It is not sent: what it is about is not in the webhook's region any more.
        Withheld = "withheld",
    }
}

crate::word_enum! {
    /// What can happen to a delivery.
    pub enum DeliveryStep {
        /// The receiver takes it.
        Deliver = "deliver",
        /// An attempt fails; another one follows.
        Postpone = "postpone",
        /// It is given up.
        Fail = "fail",
        /// It may not be sent.
        Withhold = "withhold",
        /// An officer has it sent again.
        Replay = "replay",
    }
}

/// The state after a step.
///
/// # Errors
/// When the state does not allow the step.
pub fn transition(
    from: DeliveryState,
    step: DeliveryStep,
) -> Result<DeliveryState, NotAllowed<DeliveryState, DeliveryStep>> {
    use DeliveryState::{Delivered, Failed, Pending, Withheld};
    match (from, step) {
        // A call may be answered after another server has lost patience with it: delivered is delivered.
        (Pending | Delivered | Failed | Withheld, DeliveryStep::Deliver) => Ok(Delivered),
        (Pending, DeliveryStep::Postpone) | (Delivered | Failed | Withheld, DeliveryStep::Replay) => {
            Ok(Pending)
        }
        (Pending, DeliveryStep::Fail) => Ok(Failed),
        (Pending, DeliveryStep::Withhold) => Ok(Withheld),
        (Pending | Delivered | Failed | Withheld, _) => Err(NotAllowed { from, step }),
    }
}

impl RefusesSteps<DeliveryStep> for DeliveryState {
    fn refused(refused: NotAllowed<DeliveryState, DeliveryStep>) -> Problem {
        // The other steps are the platform's, which looks at the state first.
        match refused.step {
            DeliveryStep::Replay => under_way(),
            _ => Problem::internal(refused),
        }
    }
}

/// 409: what is to be sent again is being sent.
pub fn under_way() -> Problem {
    Problem::new(
        Code::WebhookDeliveryPending,
        Text::new("该推送正在发送或等待重试", "the delivery is being sent, or waits for its next attempt"),
    )
}

/// 409: nothing is sent to a webhook that rests.
pub fn rests() -> Problem {
    Problem::new(
        Code::WebhookRests,
        Text::new(
            "该推送已停用或其创建人已无权查看该地区，请先启用",
            "the webhook is stopped, or its officer may not see its region any more; start it first",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_steps() {
        let mut table = Vec::new();
        for &from in DeliveryState::ALL {
            for &step in DeliveryStep::ALL {
                match transition(from, step) {
                    Ok(to) => table.push(format!("{from} {step} {to}")),
                    Err(refused) => assert_eq!(refused, NotAllowed { from, step }),
                }
            }
        }
        assert_eq!(
            table,
            [
                "pending deliver delivered",
                "pending postpone pending",
                "pending fail failed",
                "pending withhold withheld",
                "delivered deliver delivered",
                "delivered replay pending",
                "failed deliver delivered",
                "failed replay pending",
                "withheld deliver delivered",
                "withheld replay pending",
            ]
        );
    }
}
