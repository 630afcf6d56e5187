//! How a session follows consultations: the right to see them, what is live, and the log where that has gaps.

use crate::accounts::connections;
use crate::chat::fanout::log_reader;
use crate::chat::following::{Following, Heard};
use crate::chat::hub::Stored;
use crate::chat::protocol::{self, Stream};
use crate::chat::session::{Ctx, Session, blocking};
use crate::chat::store::{self, LogPage, Standing};
use crate::consultations::{HoldOffer, Status};
use crate::core::actor::Scope;
use crate::core::ids::ConsultationId;
use crate::core::{Caller, Code, Problem, Text};
use actix::{ActorFutureExt, AsyncContext, WrapFuture};
use actix_web_actors::ws::CloseCode;
use serde_json::Value;
use std::sync::Arc;

/// Messages of a page of the log.
const PAGE_MESSAGES: i64 = 500;
/// Bytes of text of a page of the log.
const PAGE_BYTES: i64 = 256 * 1024;

impl Session {
    /// A message that it follows was stored: sends it if it is the next.
    pub(super) fn deliver(&mut self, message: Stored, ctx: &mut Ctx) {
        let Some(following) = self.subscriptions.get_mut(&message.consultation) else { return };
        match following.hear(message.stream, message.seq, message.audience) {
            Heard::Send => self.send(ctx, message.frame),
            Heard::Read => self.read_on(message.consultation, ctx),
            Heard::Drop => {}
        }
    }

    pub(super) fn subscribe(
        &mut self,
        reference: Option<Value>,
        id: ConsultationId,
        after: [i64; 2],
        ctx: &mut Ctx,
    ) {
        let Some(socket) = self.socket else { return };
        let most = self.app.settings().chat.subscriptions_per_socket;
        let known = self.subscriptions.contains_key(&id);
        if !known && self.subscriptions.len() >= most {
            let problem = Problem::new(
                Code::TooManySubscriptions,
                Text::new("本连接订阅的问诊过多", "this socket follows too many consultations"),
            );
            return self.refuse(ctx, &reference, &problem);
        }
        // Listen first, ask for the right and the log then: nothing can fall between the two, and
        // nothing is sent before the right is known.
        self.subscriptions.insert(id, Following::after(after));
        let notes = !matches!(self.person.scope, Scope::Enterprise(_));
        self.hub().subscribe(socket, self.person.account, notes, id, ctx.address());
        self.flow.asked();
        let (app, who) = (self.app.clone(), self.who());
        let work = blocking(move || {
            let mut conn = app.conn()?;
            let standing = store::standing(&mut conn, &who, id)?;
            Ok((standing, connections::experts_of(&mut conn, id.0)?))
        });
        ctx.spawn(work.into_actor(self).map(move |standing, session, ctx| {
            session.flow.answered();
            match standing {
                Ok((standing, experts)) => {
                    session.subscribed(&reference, id, standing, ctx);
                    session.show(id, experts, ctx);
                }
                Err(problem) => {
                    session.forget(id);
                    session.refuse(ctx, &reference, &problem);
                }
            }
        }));
    }

    fn subscribed(
        &mut self,
        reference: &Option<Value>,
        id: ConsultationId,
        standing: Standing,
        ctx: &mut Ctx,
    ) {
        let Some(following) = self.subscriptions.get_mut(&id) else { return };
        following.confirm(standing.audience);
        for stream in [Stream::Talk, Stream::Notes] {
            if let Some(&last) = standing.last_seq.get(stream.as_str()) {
                following.granted(stream, last);
                self.fanout.hub().begin(id, stream, last);
            }
        }
        if standing.status == Status::Offered.as_str() {
            self.offered.insert(id);
            self.hold_offer(id, ctx);
        } else {
            self.offered.remove(&id);
        }
        self.send(ctx, protocol::subscribed(reference, id, &standing.last_seq, &standing.status));
        self.read_on(id, ctx);
    }

    /// Says how the experts of a consultation stand, where they have said so.
    fn show(&mut self, id: ConsultationId, experts: Vec<connections::Said>, ctx: &mut Ctx) {
        let me = self.person.account;
        for said in experts.into_iter().filter(|said| said.account != me) {
            self.send(ctx, protocol::presence(&log_reader::change(said), id));
        }
    }

    /// The expert looks at what is offered: that holds the offer's timer. Of what else they follow
    /// nothing is asked.
    pub(super) fn hold_offer(&self, id: ConsultationId, ctx: &mut Ctx) {
        if !self.offered.contains(&id) || !matches!(self.person.scope, Scope::Expert(_)) {
            return;
        }
        let (app, caller) = (self.app.clone(), Caller::of(self.who()));
        let work = blocking(move || app.execute(&caller, &HoldOffer { id }));
        ctx.spawn(work.into_actor(self).map(move |held, session, _| match held {
            Ok(Some(_)) => {}
            // Answered, or another's by now.
            Ok(None) => {
                session.offered.remove(&id);
            }
            Err(problem) => tracing::warn!(%problem, "an offer was not held"),
        }));
    }

    /// How many bytes may wait to be sent while the log is read: the rest is for what happens then.
    fn catch_up_room(&self) -> usize {
        self.app.settings().chat.session_queue_bytes / 2
    }

    /// Reads the next page of whichever stream is behind; ends when none is.
    pub(super) fn read_on(&mut self, id: ConsultationId, ctx: &mut Ctx) {
        let Some(following) = self.subscriptions.get_mut(&id) else { return };
        let Some((stream, after)) = following.read() else { return };
        let (app, who, flow) = (self.app.clone(), self.who(), Arc::clone(&self.flow));
        let room = self.catch_up_room();
        let work = async move {
            flow.drained_to(room).await;
            blocking(move || {
                let mut conn = app.conn()?;
                store::read_after(&mut conn, &who, id, stream, after, PAGE_MESSAGES, PAGE_BYTES)
            })
            .await
        };
        ctx.spawn(work.into_actor(self).map(move |page, session, ctx| match page {
            Ok(page) => session.send_page(id, stream, &page, ctx),
            Err(problem) if problem.status >= 500 => {
                // The log can't be read now: the client resumes once it can.
                tracing::warn!(%problem, "a catch-up failed");
                session.close(ctx, CloseCode::Again, "try again");
            }
            // No longer one of those who may see it.
            Err(problem) if problem.status == 404 => {
                session.forget(id);
                session.send(ctx, protocol::unsubscribed(&None, id));
            }
            Err(problem) => {
                session.forget(id);
                session.refuse(ctx, &None, &problem);
            }
        }));
    }

    /// Sends as much of a page as there is room for; the rest is read again once the peer has
    /// taken that. Whoever catches up is thus never too slow, however small the queue is.
    fn send_page(&mut self, id: ConsultationId, stream: Stream, page: &LogPage, ctx: &mut Ctx) {
        let room = self.catch_up_room();
        for message in &page.messages {
            if self.closing || self.flow.waiting() > room {
                break;
            }
            let Some(following) = self.subscriptions.get_mut(&id) else { return };
            if following.take(stream, message.seq) {
                let frame = protocol::message(message);
                self.flow.queued(frame.len());
                ctx.text(frame);
            }
        }
        if let Some(following) = self.subscriptions.get_mut(&id) {
            following.confirm(page.audience);
            if page.messages.is_empty() {
                following.forget_rumours(stream);
            }
        }
        self.read_on(id, ctx);
    }

    pub(super) fn forget(&mut self, id: ConsultationId) {
        self.subscriptions.remove(&id);
        if let Some(socket) = self.socket {
            self.hub().unsubscribe(socket, id);
        }
    }
}
