//! How a session follows consultations: the right to read them, deliveries, and the log where deliveries have gaps.

use crate::chat::events::{MessageRetracted, Sender, Typing};
use crate::chat::kernel::{Stored, Stream};
use crate::chat::protocol;
use crate::chat::retraction::retracted_since;
use crate::chat::session::actor::{Ctx, Session, blocking, handle};
use crate::chat::settings::ChatSettings;
use crate::chat::store::{ChatLog, LogPage, StreamPositions};
use crate::chat::subscription::{Delivery, Subscription};
use crate::core::actor::{Person, Scope};
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Code, Problem, Text};
use crate::presence::{PresenceChanged, report};
use actix::{ActorFutureExt, AsyncContext, WrapFuture};
use actix_web_actors::ws::CloseCode;
use bytestring::ByteString;
use diesel::{PgConnection, QueryResult};
use serde_json::Value;
use std::sync::Arc;

/// Messages of a page of the log.
const PAGE_MESSAGES: i64 = 500;
/// Frames about a consultation that are kept until the right to see it is confirmed.
const MOST_EARLY: usize = 64;
/// Bytes of text of a page of the log.
const PAGE_BYTES: i64 = 256 * 1024;

impl Session {
    /// Sends a delivered message to the client if it is the next one.
    pub(super) fn deliver(&mut self, message: Stored, ctx: &mut Ctx) {
        let Some(subscription) = self.subscriptions.get_mut(&message.consultation) else { return };
        match subscription.delivered(message.stream, message.seq, message.audience) {
            Delivery::Send => self.send(ctx, message.frame),
            Delivery::ReadLog => self.read_log(message.consultation, ctx),
            Delivery::Drop => {}
        }
    }

    /// Follows a consultation from the numbers that the client has.
    pub(super) fn subscribe(
        &mut self,
        reference: Option<Value>,
        id: ConsultationId,
        after: [i64; 2],
        ctx: &mut Ctx,
    ) {
        let Some(socket) = self.socket else { return };
        let most = self.app.settings().section::<ChatSettings>().subscriptions_per_socket;
        let known = self.subscriptions.contains_key(&id);
        if !known && self.subscriptions.len() >= most {
            let problem = Problem::new(
                Code::TooManySubscriptions,
                Text::new("本连接订阅的问诊过多", "this socket follows too many consultations"),
            );
            return self.refuse(ctx, &reference, &problem);
        }
        // Subscribe first, then ask for the right and read the log: no message can be lost between the two, and
        // nothing is sent before the right is known.
        self.subscriptions.insert(id, Subscription::after(after));
        let notes = !matches!(self.person.scope, Scope::Enterprise(_));
        self.hub().subscribe(socket, self.person.account, notes, id, handle(ctx));
        self.flow.requested();
        let (app, port, reader) = (self.app.clone(), Arc::clone(&self.port), self.reader());
        let work = blocking(move || {
            let mut conn = app.conn()?;
            let positions = ChatLog::new(&*port, &reader).positions(&mut conn, id)?;
            let gone = taken_back(&mut conn, id, &positions, after)?;
            let experts = port.experts(&mut conn, id)?;
            Ok((positions, gone, report::experts_in(&mut conn, id.0, &experts)?))
        });
        ctx.spawn(work.into_actor(self).map(move |found, session, ctx| {
            session.flow.answered();
            match found {
                Ok((positions, gone, experts)) => {
                    session.subscribed(&reference, id, (positions, &gone), ctx);
                    session.show_presence(id, experts, ctx);
                }
                Err(problem) => {
                    session.unsubscribe(id);
                    session.refuse(ctx, &reference, &problem);
                }
            }
        }));
    }

    fn subscribed(
        &mut self,
        reference: &Option<Value>,
        id: ConsultationId,
        (positions, gone): (StreamPositions, &[MessageRetracted]),
        ctx: &mut Ctx,
    ) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        subscription.confirm(positions.audience);
        for stream in [Stream::Talk, Stream::Notes] {
            if let Some(&last) = positions.last_seq.get(stream.as_str()) {
                subscription.granted(stream, last);
                self.fanout.hub().subscribed_at(id, stream, last);
            }
        }
        if positions.is_offered {
            self.offered.insert(id);
            self.hold_offer(id, None, ctx);
        } else {
            self.offered.remove(&id);
        }
        self.send(ctx, protocol::subscribed(reference, id, &positions.last_seq, &positions.status));
        // Before the messages: who has those has learnt of these.
        for retracted in gone {
            self.send(ctx, protocol::retracted(retracted));
        }
        for frame in self.early.remove(&id).unwrap_or_default() {
            self.send(ctx, frame);
        }
        self.read_log(id, ctx);
    }

    /// Shows the client the states of the experts of a consultation.
    fn show_presence(&mut self, id: ConsultationId, experts: Vec<PresenceChanged>, ctx: &mut Ctx) {
        let me = self.person.account;
        for change in experts.into_iter().filter(|change| change.user.id != me) {
            self.send(ctx, protocol::presence(&change, id));
        }
    }

    /// Sends a frame about a consultation, or keeps it until the right to see the consultation is confirmed. Those that come beyond
    /// the first few are dropped: what `subscribed` says is read later than they were made.
    pub(super) fn send_of(&mut self, id: ConsultationId, frame: ByteString, ctx: &mut Ctx) {
        if self.follows(id) {
            return self.send(ctx, frame);
        }
        if self.subscriptions.contains_key(&id) {
            let kept = self.early.entry(id).or_default();
            if kept.len() < MOST_EARLY {
                kept.push(frame);
            }
        }
    }

    /// Says to those who may know of it that the user is typing. Who does not see that the user is there does not learn it, and
    /// no enterprise learns of notes; an officer can write nothing else.
    pub(super) fn typing(&mut self, id: ConsultationId, stream: Stream, ctx: &mut Ctx) {
        if !self.follows(id) {
            return;
        }
        let is_note = stream == Stream::Notes;
        match self.person.scope {
            Scope::Enterprise(_) => self.show_typing(id, false),
            Scope::Expert(_) if self.offered.contains(&id) => self.hold_offer(id, Some(is_note), ctx),
            Scope::Expert(_) => self.show_typing(id, is_note),
            Scope::Admin(_) | Scope::Operator | Scope::Sampler(_) | Scope::Laboratory(_) => {
                self.show_typing(id, true);
            }
        }
    }

    fn show_typing(&self, consultation: ConsultationId, inside: bool) {
        let Person { account: id, name, scope, .. } = &*self.person;
        let user = Sender { id: *id, name: name.clone(), role: scope.role() };
        self.fanout.typing(Typing { user, consultation, inside }, self.socket);
    }

    /// Extends the time of an offer while the expert looks at the consultation. Does nothing for consultations that were not
    /// offered when the session subscribed. `typed` says that the expert is typing, and whether it is a note.
    pub(super) fn hold_offer(&self, id: ConsultationId, typed: Option<bool>, ctx: &mut Ctx) {
        if !self.offered.contains(&id) || !matches!(self.person.scope, Scope::Expert(_)) {
            return;
        }
        let (app, port, reader) = (self.app.clone(), Arc::clone(&self.port), self.reader());
        let work = blocking(move || {
            let held = port.hold_offer(&app, &Caller::of(reader.clone()), id)?;
            // Where it was answered meanwhile, the expert may take part by now.
            Ok(!held && port.is_shown(&mut *app.conn()?, &reader, id)?)
        });
        ctx.spawn(work.into_actor(self).map(move |shown, session, _| match shown {
            Ok(shown) => {
                if shown {
                    session.offered.remove(&id);
                }
                if let Some(is_note) = typed {
                    session.show_typing(id, is_note || !shown);
                }
            }
            Err(problem) => tracing::warn!(%problem, "an offer was not held"),
        }));
    }

    /// How many bytes may wait to be sent while the log is read; the rest is for messages delivered meanwhile.
    fn catch_up_space(&self) -> usize {
        self.app.settings().section::<ChatSettings>().queue_bytes() / 2
    }

    /// Reads the next page of a stream that is behind, and goes on until none is.
    pub(super) fn read_log(&mut self, id: ConsultationId, ctx: &mut Ctx) {
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
        let Some((stream, after)) = subscription.next_read() else { return };
        let (app, port, flow) = (self.app.clone(), Arc::clone(&self.port), Arc::clone(&self.flow));
        let reader = self.reader();
        let space = self.catch_up_space();
        let work = async move {
            flow.drained_to(space).await;
            blocking(move || {
                let mut conn = app.conn()?;
                let log = ChatLog::new(&*port, &reader);
                log.read_after(&mut conn, id, stream, after, PAGE_MESSAGES, PAGE_BYTES)
            })
            .await
        };
        ctx.spawn(work.into_actor(self).map(move |page, session, ctx| match page {
            Ok(page) => session.send_page(id, stream, &page, ctx),
            Err(problem) if problem.status >= 500 => {
                // The log can't be read now; the client connects again and resumes.
                tracing::warn!(%problem, "the log could not be read for a session");
                session.close(ctx, CloseCode::Again, "try again");
            }
            // The reader may no longer see the consultation.
            Err(problem) if problem.status == 404 => {
                session.unsubscribe(id);
                session.send(ctx, protocol::unsubscribed(&None, id));
            }
            Err(problem) => {
                session.unsubscribe(id);
                session.refuse(ctx, &None, &problem);
            }
        }));
    }

    /// Sends as much of a page as there is space for; the rest is read again once the client has
    /// received that. So a client that catches up is never closed as too slow, however small the queue is.
    fn send_page(&mut self, id: ConsultationId, stream: Stream, page: &LogPage, ctx: &mut Ctx) {
        let space = self.catch_up_space();
        for message in &page.messages {
            if self.closing || self.flow.waiting() > space {
                break;
            }
            let Some(subscription) = self.subscriptions.get_mut(&id) else { return };
            if subscription.accept(stream, message.seq) {
                let frame = protocol::message(message);
                self.flow.queued(frame.len());
                ctx.text(frame);
            }
        }
        if let Some(subscription) = self.subscriptions.get_mut(&id) {
            subscription.confirm(page.audience);
            if page.messages.is_empty() {
                subscription.reset_high_water_mark(stream);
            }
        }
        self.read_log(id, ctx);
    }

    /// Stops following a consultation.
    pub(super) fn unsubscribe(&mut self, id: ConsultationId) {
        self.subscriptions.remove(&id);
        self.early.remove(&id);
        if let Some(socket) = self.socket {
            self.hub().unsubscribe(socket, id);
        }
    }
}

/// What was taken back, of what the client has, since it had it.
fn taken_back(
    conn: &mut PgConnection,
    id: ConsultationId,
    positions: &StreamPositions,
    after: [i64; 2],
) -> QueryResult<Vec<MessageRetracted>> {
    let mut gone = Vec::new();
    for (stream, after) in [Stream::Talk, Stream::Notes].into_iter().zip(after) {
        // Not there where the reader may not see the stream.
        let Some(&last) = positions.last_seq.get(stream.as_str()) else { continue };
        gone.extend(retracted_since(conn, id, stream, after.min(last))?);
    }
    Ok(gone)
}
