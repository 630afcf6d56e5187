//! How much each account writes in the chat on a day, in Asia/Shanghai.
//!
//! Counted in memory where a message is taken in, so that storing costs nothing more: a look into a map. A job writes what was counted to
//! `chat_volume` every few seconds and reads back what the other servers have counted, so that an account that writes at several servers
//! has one limit, up to those seconds, and a restart forgets none of it but them.

use crate::app::App;
use crate::chat::settings::ChatSettings;
use crate::core::clock::{shanghai_date, shanghai_day_end};
use crate::core::ids::AccountId;
use crate::core::{Code, Problem, Text};
use crate::db::schema::chat_volume;
use crate::web::room::Job;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A power of two, so that picking a shard is a mask.
const SHARDS: usize = 16;
/// How often what was counted is written.
const WRITE_EVERY: Duration = Duration::from_secs(5);

/// The most that an account may write on a day.
#[derive(Debug, Clone, Copy)]
pub struct MostOfDay {
    /// Messages.
    pub messages: u64,
    /// Bytes of their texts.
    pub bytes: u64,
}

impl From<&ChatSettings> for MostOfDay {
    fn from(chat: &ChatSettings) -> Self {
        Self { messages: chat.messages_per_day.into(), bytes: chat.bytes_per_day }
    }
}

/// What was written on a day, by account.
#[derive(Debug)]
pub struct DailyVolume(Vec<Mutex<Day>>);

#[derive(Debug, Default)]
struct Day {
    day: NaiveDate,
    accounts: HashMap<AccountId, Counted>,
}

/// What one account has written on the day; parts of it are not in the database yet.
#[derive(Debug, Default, Clone, Copy)]
struct Counted {
    messages: i64,
    bytes: i64,
    unwritten: (i64, i64),
}

impl Default for DailyVolume {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Mutex::default()).collect())
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl DailyVolume {
    /// The shard of an account, of this day and no other.
    fn shard(&self, account: AccountId, day: NaiveDate) -> MutexGuard<'_, Day> {
        let mut hasher = DefaultHasher::new();
        account.hash(&mut hasher);
        let at = usize::try_from(hasher.finish()).unwrap_or(0) & (SHARDS - 1);
        #[expect(clippy::indexing_slicing, reason = "masked to the length above")]
        let mut shard = self.0[at].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.day != day {
            *shard = Day { day, accounts: HashMap::new() };
        }
        shard
    }

    /// Counts a message of so many bytes.
    ///
    /// # Errors
    /// 429 until the end of the day where the account has written as much as it may; then nothing is counted.
    pub fn take(
        &self,
        account: AccountId,
        bytes: usize,
        most: MostOfDay,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        let (day, bytes) = (shanghai_date(now), signed(bytes as u64));
        let mut shard = self.shard(account, day);
        let counted = shard.accounts.entry(account).or_default();
        if counted.messages >= signed(most.messages)
            || counted.bytes.saturating_add(bytes) > signed(most.bytes)
        {
            drop(shard);
            return Err(enough(most, day, now));
        }
        counted.add(1, bytes);
        Ok(())
    }

    /// Takes back the count of a message that was not stored by it.
    pub fn give_back(&self, account: AccountId, bytes: usize, now: DateTime<Utc>) {
        let mut shard = self.shard(account, shanghai_date(now));
        if let Some(counted) = shard.accounts.get_mut(&account) {
            counted.add(-1, -signed(bytes as u64));
        }
    }

    /// Takes what is not in the database yet, in the order of the accounts.
    fn take_unwritten(&self, day: NaiveDate) -> Vec<(AccountId, (i64, i64))> {
        let mut all = Vec::new();
        for shard in &self.0 {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            if shard.day == day {
                let changed = shard.accounts.iter_mut().filter(|(_, counted)| counted.unwritten != (0, 0));
                all.extend(changed.map(|(id, counted)| (*id, std::mem::take(&mut counted.unwritten))));
            }
        }
        all.sort_unstable_by_key(|(id, _)| id.0);
        all
    }

    /// Puts back what could not be written.
    fn put_back(&self, day: NaiveDate, all: &[(AccountId, (i64, i64))]) {
        for (account, (messages, bytes)) in all {
            let mut shard = self.shard(*account, day);
            let counted = shard.accounts.entry(*account).or_default();
            counted.unwritten.0 += messages;
            counted.unwritten.1 += bytes;
        }
    }

    /// Notes what the database holds of an account: what all servers have written.
    fn written(&self, account: AccountId, day: NaiveDate, (messages, bytes): (i64, i64)) {
        let mut shard = self.shard(account, day);
        let counted = shard.accounts.entry(account).or_default();
        counted.messages = messages + counted.unwritten.0;
        counted.bytes = bytes + counted.unwritten.1;
    }
}

impl Counted {
    fn add(&mut self, messages: i64, bytes: i64) {
        self.messages += messages;
        self.bytes += bytes;
        self.unwritten.0 += messages;
        self.unwritten.1 += bytes;
    }
}

fn enough(most: MostOfDay, day: NaiveDate, now: DateTime<Utc>) -> Problem {
    let MostOfDay { messages, bytes } = most;
    let mut problem = Problem::new(
        Code::TooManyMessages,
        Text::new(
            format!("您今日发送的消息已达上限（{messages} 条或 {bytes} 字节），请明日再发"),
            format!(
                "you have sent as much as you may today ({messages} messages or {bytes} bytes); go on tomorrow"
            ),
        ),
    );
    let left = shanghai_day_end(day) - now;
    problem.retry_after = Some(u64::try_from(left.num_seconds()).unwrap_or(0) + 1);
    problem
}

/// Rows of one statement.
const ROWS: usize = 1_000;

/// Writes what was counted and reads what all servers have counted.
fn write(app: &App, volume: &DailyVolume) -> Result<(), Problem> {
    let day = shanghai_date(app.clock().now());
    for part in volume.take_unwritten(day).chunks(ROWS) {
        match write_part(app, day, part) {
            Ok(rows) => {
                rows.into_iter().for_each(|(id, messages, bytes)| volume.written(id, day, (messages, bytes)));
            }
            Err(problem) => {
                volume.put_back(day, part);
                tracing::warn!(%problem, "what was written in the chat could not be counted; it is tried again");
            }
        }
    }
    Ok(())
}

fn write_part(
    app: &App,
    day: NaiveDate,
    part: &[(AccountId, (i64, i64))],
) -> Result<Vec<(AccountId, i64, i64)>, Problem> {
    use chat_volume as v;
    let row = |(account, (messages, bytes)): &(AccountId, (i64, i64))| {
        (v::day.eq(day), v::account_id.eq(*account), v::messages.eq(*messages), v::bytes.eq(*bytes))
    };
    Ok(diesel::insert_into(v::table)
        .values(part.iter().map(row).collect::<Vec<_>>())
        .on_conflict((v::day, v::account_id))
        .do_update()
        .set((
            v::messages.eq(v::messages + excluded(v::messages)),
            v::bytes.eq(v::bytes + excluded(v::bytes)),
        ))
        .returning((v::account_id, v::messages, v::bytes))
        .get_results(&mut *app.conn()?)?)
}

/// Reads what was written on the day before this server started, and deletes what is of days before.
fn read(app: &App, volume: &DailyVolume) -> Result<(), Problem> {
    use chat_volume as v;
    let day = shanghai_date(app.clock().now());
    let conn = &mut *app.conn()?;
    let rows: Vec<(AccountId, i64, i64)> =
        v::table.filter(v::day.eq(day)).select((v::account_id, v::messages, v::bytes)).load(conn)?;
    rows.into_iter().for_each(|(id, messages, bytes)| volume.written(id, day, (messages, bytes)));
    diesel::delete(v::table.filter(v::day.lt(day))).execute(conn)?;
    Ok(())
}

/// Writes how much the accounts have written.
pub const JOB: Job = Job {
    name: "chat volume",
    wake: None,
    poll: WRITE_EVERY,
    start: |app, _| {
        // Before the first message comes in.
        read(app, &app.cache().of::<DailyVolume>())?;
        let mut known = Some(shanghai_date(app.clock().now()));
        Ok(Box::new(move |app| {
            let volume = app.cache().of::<DailyVolume>();
            let day = shanghai_date(app.clock().now());
            if known != Some(day) {
                read(app, &volume)?;
                known = Some(day);
            }
            write(app, &volume).map(|()| false)
        }))
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const MOST: MostOfDay = MostOfDay { messages: 3, bytes: 100 };

    fn at(moment: &str) -> DateTime<Utc> {
        moment.parse().unwrap()
    }

    #[test]
    fn a_day_has_so_many_messages_and_bytes() {
        let volume = DailyVolume::default();
        let (one, other) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let noon = at("2026-03-02T04:00:00Z");
        let take = |who, bytes, now| volume.take(who, bytes, MOST, now).is_ok();
        assert!(!take(one, 101, noon), "one message may be too much");
        assert!(take(one, 60, noon) && take(one, 40, noon) && !take(one, 1, noon));
        assert!(
            take(other, 1, noon) && take(other, 1, noon) && take(other, 1, noon) && !take(other, 1, noon)
        );
        volume.give_back(other, 1, noon);
        assert!(take(other, 1, noon) && !take(other, 1, noon), "what was not stored does not count");
        let refused = volume.take(one, 1, MOST, at("2026-03-02T15:59:00Z")).unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(61)));
        assert!(take(one, 100, at("2026-03-02T16:00:00Z")), "a new day in Shanghai");
    }

    #[test]
    fn what_other_servers_counted_counts() {
        let volume = DailyVolume::default();
        let (one, noon) = (AccountId(Uuid::from_u128(1)), at("2026-03-02T04:00:00Z"));
        let day = shanghai_date(noon);
        volume.take(one, 10, MOST, noon).unwrap();
        assert_eq!(volume.take_unwritten(day), [(one, (1, 10))]);
        volume.take(one, 10, MOST, noon).unwrap();
        volume.written(one, day, (2, 20));
        assert!(volume.take(one, 1, MOST, noon).is_err(), "one of another server and two of this one");
        volume.put_back(day, &[(one, (1, 10))]);
        assert_eq!(volume.take_unwritten(day), [(one, (2, 20))]);
    }
}
