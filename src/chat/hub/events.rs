//! Which sockets an event concerns, and what they are sent.

use crate::accounts::SessionEnded;
use crate::chat::events::{
    ConsultationChanged, InvitationChanged, LogAdvanced, MemberRemoved, Mentioned, MessageRetracted,
    MessageStored, OfferEnded, OfferMade, QueueChanged, ReadMark, Typing,
};
use crate::chat::hub::{Hub, Socket, lock};
use crate::chat::kernel::{CloseReason, SessionMessage, Stored, Stream};
use crate::chat::protocol;
use crate::core::Event;
use crate::core::ids::{AccountId, ConsultationId};
use crate::presence::PresenceChanged;
use bytestring::ByteString;

impl Hub {
    /// Delivers an event to the sockets that it concerns. Events that concern none are ignored.
    pub fn publish(&self, event: &Event) {
        if let Some(MessageStored { message, audience }) = event.get() {
            if let Some(stored) = Stored::of_message(message, *audience) {
                self.deliver(&[stored]);
            }
        } else if let Some(advanced) = event.get::<LogAdvanced>() {
            self.report_log(*advanced);
        } else if let Some(change) = event.get::<PresenceChanged>() {
            self.show_presence(change);
        } else if let Some(typing) = event.get::<Typing>() {
            self.push(typing.consultation, typing.shown_to(), None, &protocol::typing(typing));
        } else if let Some(change) = event.get::<ConsultationChanged>() {
            self.push(change.consultation, change.shown_to(), None, &protocol::consultation(change));
        } else if let Some(gone) = event.get::<MessageRetracted>() {
            self.push(gone.consultation, gone.stream, None, &protocol::retracted(gone));
        } else if let Some(mark) = event.get::<ReadMark>() {
            self.push(mark.consultation, mark.shown_to(), None, &protocol::read_mark(mark));
        } else if let Some(offer) = event.get::<OfferMade>() {
            self.send_to(offer.account, &protocol::offer(offer));
        } else if let Some(ended) = event.get::<OfferEnded>() {
            self.send_to(ended.account, &protocol::offer_ended(ended));
        } else if let Some(change) = event.get::<InvitationChanged>() {
            self.send_to(change.account, &protocol::invitation(change));
        } else if let Some(mention) = event.get::<Mentioned>() {
            self.send_to(mention.account, &protocol::mention(mention));
        } else if let Some(change) = event.get::<QueueChanged>() {
            let frame = protocol::queue();
            let sees =
                |s: &&Socket| s.officer_of.as_ref().is_some_and(|stem| change.region.starts_with(stem));
            for socket in lock(&self.0.sockets).values().filter(sees) {
                socket.session.send(SessionMessage::Frame(frame.clone()));
            }
        } else if let Some(removed) = event.get::<MemberRemoved>() {
            self.remove_member(*removed);
        } else if let Some(SessionEnded(login)) = event.get() {
            for socket in lock(&self.0.sockets).values().filter(|s| s.login == *login) {
                socket.session.send(SessionMessage::Close(CloseReason::SessionEnded));
            }
        }
    }

    /// Sends a frame to all sockets of an account.
    fn send_to(&self, account: AccountId, frame: &ByteString) {
        for socket in lock(&self.0.sockets).values().filter(|s| s.account == account) {
            socket.session.send(SessionMessage::Frame(frame.clone()));
        }
    }

    fn show_presence(&self, change: &PresenceChanged) {
        for consultation in change.shown_in.iter().copied().map(ConsultationId) {
            let frame = protocol::presence(change, consultation);
            self.each(consultation, Stream::Talk, None, |s| {
                if s.account != change.user.id {
                    s.session.send(SessionMessage::FrameOf(consultation, frame.clone()));
                }
            });
        }
    }

    fn remove_member(&self, MemberRemoved { consultation, account }: MemberRemoved) {
        let mut topics = self.shard(consultation);
        let Some(topic) = topics.get_mut(&consultation) else { return };
        topic.subscribers.retain(|s| {
            let removed = s.account == account;
            if removed {
                s.session.send(SessionMessage::Removed(consultation));
            }
            !removed
        });
    }
}
