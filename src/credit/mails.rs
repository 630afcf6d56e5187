//! The mails of credit: to the officers of a region, about tasks.

use crate::mails;
use crate::notifications::Prose;

mails! {
    { #[template(ext = "txt", escape = "none")] }

    /// To an officer of a region: tasks of measures come due or are late.
    CreditTasks = "credit_tasks",
        "credit/mail/credit_tasks.zh.txt", "credit/mail/credit_tasks.en.txt",
        "信用监管任务提醒" {
        /// Tasks that come due.
        near: u32,
        /// Tasks whose last day is over.
        late: u32,
        /// How many of them are not among the lines.
        unnamed: u32,
        /// The tasks, a line for each.
        lines: Prose,
        /// Where all tasks are.
        link: String,
    }
}
