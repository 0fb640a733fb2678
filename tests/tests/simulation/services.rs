//! Requests of the room to the weather service and for deletions at the model's server. Replies come late, twice or
//! never, and none reaches a process that was started after the request.

use room::{Input, WeatherRequest};
use serde_json::json;

use crate::schedule::SimEvent;
use crate::world::World;

impl World {
    pub(crate) fn fetch_weather(&mut self, asked: WeatherRequest) {
        let WeatherRequest { run, call_number, index, query } = asked;
        self.history.coverage.count("weather");
        let may_fail = self.options.faults.services && !self.is_settling;
        if may_fail && self.random.percent(15) {
            return;
        }
        let wait = if may_fail && self.random.percent(20) {
            self.random.between(3_000, 14_000)
        } else {
            self.random.between(5, 300)
        };
        let output = match self.random.between(0, 9) {
            0 => json!({ "error": "nobody knows" }),
            1 => json!({ "much": "비".repeat(3_000) }),
            _ => json!({ "city": query.city, "sky": "맑음" }),
        };
        let answer = Input::ToolFinished { run, call_number, index, output };
        let process = self.shell.process;
        if may_fail && self.random.percent(20) {
            self.schedule.after(wait + 1, SimEvent::Reply { process, answer: answer.clone() });
        }
        self.schedule.after(wait, SimEvent::Reply { process, answer });
    }

    pub(crate) fn delete_response(&mut self, id: String) {
        self.history.coverage.count("response deletion");
        let may_fail = self.options.faults.services && !self.is_settling;
        let fails = may_fail && self.random.percent(40);
        let is_lost = may_fail && self.random.percent(15);
        if !fails {
            // Even if the reply is lost.
            self.model.deleted.insert(id.clone());
            self.model.kept.remove(&id);
        }
        if !is_lost {
            let wait = self.random.between(5, 500);
            let answer = Input::ResponseDeleted { id, is_gone: !fails };
            self.schedule.after(wait, SimEvent::Reply { process: self.shell.process, answer });
        }
    }

    /// Delivers a reply, unless the process that sent the request has died.
    pub(crate) fn reply_arrives(&mut self, process: u64, answer: Input) {
        if self.shell.process == process {
            self.trace.line(self.schedule.now, || format!("room: {answer:?}"));
            self.room_input(answer);
        }
    }
}
