//! Failures of the database as problems.
//!
//! They are recognised by their SQLSTATE, never by the words of a message: PostgreSQL speaks the language of its `lc_messages`.
//!
//! diesel (2.3) reads the SQLSTATE and gives it as a [`DatabaseErrorKind`], which names twelve of them, 40001 among these. The others are
//! `Unknown`: neither [`DatabaseErrorInformation`] nor the connection, whose handle of libpq is private, nor its instrumentation says
//! which. Of these, two matter:
//!
//! - A statement that was cancelled or took too long (57014) matters to the writers of the chat alone. `chat_append` raises it as 40001.
//! - A deadlock (40P01) may end any command. It is the one exception: it is recognised by the structure of its report, which does not depend
//!   on the language (`is_deadlock`). Where that ever failed to see one, the command would fail with 500 and not run again.

use crate::core::Problem;
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let mut problem = match &error {
            Error::NotFound => return Self::not_found(),
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | Error::BrokenTransactionManager => Self::unavailable(&error),
            _ => Self::internal(&error),
        };
        problem.run_again = is_for_another(&error);
        problem
    }
}

/// Whether PostgreSQL ended the transaction for the sake of another one (serialization failure, deadlock), so that the
/// same may succeed when it is run again.
pub fn is_for_another(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        Error::DatabaseError(DatabaseErrorKind::Unknown, info) => is_deadlock(&**info),
        _ => false,
    }
}

/// Whether this is the report of a deadlock, in whatever language.
///
/// The detail of such a report has a line for each process of the cycle: "Process 1 waits for ShareLock on transaction
/// 3; blocked by process 2." and so on, back to the first. Words and their order depend on the language, the numbers do
/// not: the process that blocks in one line waits in the next. So each line has a number in common with the next one, and
/// the last with the first. A report that names a constraint, a table or a place in the statement is of another kind.
fn is_deadlock(info: &dyn DatabaseErrorInformation) -> bool {
    if info.constraint_name().is_some() || info.table_name().is_some() || info.statement_position().is_some()
    {
        return false;
    }
    let lines: Vec<Vec<&str>> = info.details().unwrap_or_default().lines().map(numbers).collect();
    let next = lines.iter().cycle().skip(1);
    lines.len() >= 2 && lines.iter().zip(next).all(|(line, next)| line.iter().any(|n| next.contains(n)))
}

fn numbers(line: &str) -> Vec<&str> {
    line.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Report(&'static str, Option<&'static str>);

    impl DatabaseErrorInformation for Report {
        fn message(&self) -> &str {
            "deadlock detected"
        }
        fn details(&self) -> Option<&str> {
            Some(self.0)
        }
        fn hint(&self) -> Option<&str> {
            None
        }
        fn table_name(&self) -> Option<&str> {
            None
        }
        fn column_name(&self) -> Option<&str> {
            None
        }
        fn constraint_name(&self) -> Option<&str> {
            self.1
        }
        fn statement_position(&self) -> Option<i32> {
            None
        }
    }

    #[test]
    fn a_deadlock_is_recognised_in_every_language() {
        for circle in [
            "Process 71 waits for ShareLock on transaction 9; blocked by process 82.\n\
             Process 82 waits for ShareLock on transaction 8; blocked by process 71.",
            "进程71等待在事务 9上的ShareLock; 由进程82阻塞.\n进程82等待在事务 8上的ShareLock; 由进程93阻塞.\n\
             进程93等待在事务 7上的ShareLock; 由进程71阻塞.",
        ] {
            assert!(is_deadlock(&Report(circle, None)), "{circle}");
            assert!(!is_deadlock(&Report(circle, Some("a_constraint"))), "{circle}");
        }
        for other in
            ["", "Process 71 waits.", "one\ntwo", "row 1 of 2\nrow 3 of 4", "1 of 2\n2 of 3\nno number"]
        {
            assert!(!is_deadlock(&Report(other, None)), "{other}");
        }
    }
}
