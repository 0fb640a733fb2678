//! What the room asks of the world besides models and money: the weather, and deletions at the model's server. Answers
//! come late, twice, or never, and none reaches a room whose process has died since it asked.

use room::{Input, WeatherRequest};
use serde_json::json;

use crate::agenda::Happening;
use crate::world::World;

impl World {
    /// The room asks for the weather.
    pub(crate) fn ask_weather(&mut self, asked: WeatherRequest) {
        let WeatherRequest { run, call_number, id, city } = asked;
        self.history.met.count("weather");
        let is_troubled = self.options.faults.errands && !self.is_settling;
        if is_troubled && self.dice.percent(15) {
            return;
        }
        let wait = if is_troubled && self.dice.percent(20) {
            self.dice.between(3_000, 14_000)
        } else {
            self.dice.between(5, 300)
        };
        let output = match self.dice.between(0, 9) {
            0 => json!({ "error": "nobody knows" }),
            1 => json!({ "much": "비".repeat(3_000) }),
            _ => json!({ "city": city, "sky": "맑음" }),
        };
        let answer = Input::ToolFinished { run, call_number, id, output };
        let life = self.shell.life;
        if is_troubled && self.dice.percent(20) {
            self.agenda.after(wait + 1, Happening::Answer { life, answer: answer.clone() });
        }
        self.agenda.after(wait, Happening::Answer { life, answer });
    }

    /// The room asks the model's server to delete a response.
    pub(crate) fn ask_forget(&mut self, id: String) {
        self.history.met.count("forget");
        let is_troubled = self.options.faults.errands && !self.is_settling;
        let fails = is_troubled && self.dice.percent(40);
        let is_lost = is_troubled && self.dice.percent(15);
        if !fails {
            // Also where the answer is lost on the way back.
            self.model.deleted.insert(id.clone());
            self.model.kept.remove(&id);
        }
        if !is_lost {
            let wait = self.dice.between(5, 500);
            let answer = Input::ResponseDeleted { id, is_gone: !fails };
            self.agenda.after(wait, Happening::Answer { life: self.shell.life, answer });
        }
    }

    /// An answer reaches the process that asked, if it lives.
    pub(crate) fn answered(&mut self, life: u64, answer: Input) {
        if self.shell.life == life {
            self.trace.line(self.agenda.now, || format!("room: {answer:?}"));
            self.tell_room(answer);
        }
    }
}
