//! The job that sends what is due: many at one time and few of one webhook, so that a slow receiver keeps nobody else waiting.

use crate::app::App;
use crate::core::{Caller, Code, Problem};
use crate::jobs::Stop;
use crate::outgoing::due::{lease, runtime, send_due};
use crate::web::room::Job;
use crate::webhooks::client::{Client, Outcome};
use crate::webhooks::disable::DisableWebhook;
use crate::webhooks::ids::WebhookId;
use crate::webhooks::queue::{self, Claimed, WAKE};
use crate::webhooks::settings::WebhookSettings;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How long the sender waits to be woken before it looks by itself: the triggers that write deliveries wake nobody.
const POLL: Duration = Duration::from_secs(1);

/// Sends deliveries. When the server stops, it finishes the calls that it is making and takes no further ones.
pub const JOB: Job = Job {
    name: "webhooks",
    wake: Some(WAKE),
    poll: POLL,
    start: |app, stop| {
        let sender = Sender::new(app)?;
        let stop = Arc::clone(stop);
        Ok(Box::new(move |app| sender.round(app, &stop)))
    },
};

/// What sends: a client with the runtime on which it works.
#[derive(Debug)]
pub struct Sender {
    runtime: Runtime,
    client: Client,
}

/// A delivery with what came of its call.
type Sent = (Claimed, Outcome);

impl Sender {
    /// One for an application.
    ///
    /// # Errors
    /// When the system gives no threads or no TLS.
    pub fn new(app: &App) -> Result<Self, Problem> {
        let client = Client::new(app.settings().section::<WebhookSettings>())?;
        Ok(Self { runtime: runtime()?, client })
    }

    /// Sends what is due until nothing is, or the server stops. Says that nothing is left.
    ///
    /// # Errors
    /// When the database is unavailable; what is in hand is sent again once its lease has ended.
    pub fn round(&self, app: &App, stop: &Stop) -> Result<bool, Problem> {
        let settings = app.settings().section::<WebhookSettings>();
        let most = usize::try_from(settings.concurrent).unwrap_or(usize::MAX);
        // The webhook of each delivery that is being sent.
        let in_hand: RefCell<Vec<WebhookId>> = RefCell::default();
        let take = |limit| {
            let taken = self.claim(app, limit, &in_hand.borrow())?;
            in_hand.borrow_mut().extend(taken.iter().map(|one| one.webhook_id));
            Ok(taken)
        };
        let record = |(one, outcome): Sent| {
            let mut in_hand = in_hand.borrow_mut();
            if let Some(at) = in_hand.iter().position(|id| *id == one.webhook_id) {
                in_hand.swap_remove(at);
            }
            Self::record(app, &one, &outcome)
        };
        let work = send_due(most, POLL, || stop.is_set(), take, |one| self.send(app, one), record);
        self.runtime.block_on(work)?;
        Ok(false)
    }

    /// Takes deliveries that are due.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub fn claim(&self, app: &App, limit: usize, in_hand: &[WebhookId]) -> Result<Vec<Claimed>, Problem> {
        let settings = app.settings().section::<WebhookSettings>();
        let lease = lease(settings.connect_seconds, settings.total_seconds);
        queue::claim(&mut *app.conn()?, app.clock().now(), lease, limit, in_hand)
    }

    /// Sends one that was taken.
    async fn send(&self, app: &App, one: Claimed) -> Sent {
        let now = app.clock().now();
        let outcome = match one.call(app.settings(), now) {
            Ok(call) => self.client.send(call, now).await,
            Err(problem) => {
                tracing::error!(delivery = %one.id, "no signature could be made: {problem}");
                Outcome::unsent("the secret can’t be read")
            }
        };
        let status = outcome.answered.as_ref().copied().unwrap_or_default();
        let ms = u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(delivery = %one.id, attempt = one.attempts, status, ms, "webhook called");
        (one, outcome)
    }

    /// Sends one that was taken and writes nothing down, as a server does that ends in between.
    pub fn send_only(&self, app: &App, one: Claimed) -> Outcome {
        self.runtime.block_on(self.send(app, one)).1
    }

    /// Writes down what came of a call, and stops the webhook where nobody is there any more.
    fn record(app: &App, one: &Claimed, outcome: &Outcome) -> Result<(), Problem> {
        let settings = app.settings().section::<WebhookSettings>();
        let now = app.clock().now();
        let stopped = queue::record(&mut *app.conn()?, settings, one, outcome, now)?;
        if let Some(reason) = stopped {
            match app.execute(&Caller::system(), &DisableWebhook { id: one.webhook_id, reason }) {
                // It was deleted meanwhile.
                Err(problem) if problem.code == Code::NotFound => {}
                done => done?,
            }
        }
        Ok(())
    }
}
