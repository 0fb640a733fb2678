//! The published examples that do not pass, each with its reason.

pub(crate) struct Difference {
    pub(crate) reason: &'static str,
    /// What the Markdown of each of these examples has in it.
    pub(crate) sign: fn(&str) -> bool,
    /// Numbers of examples.
    pub(crate) examples: &'static [u64],
}

pub(crate) const COMMONMARK: &[Difference] = &[
    Difference {
        reason: "HTML is shown as text, and tags do not keep Markdown inside them from counting",
        sign: |markdown| markdown.contains('<'),
        examples: &[
            21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165,
            166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184,
            185, 186, 187, 188, 189, 190, 191, 308, 309, 344, 475, 476, 477, 491, 494, 524, 613, 614, 615,
            616, 617, 623, 625, 626, 627, 628, 629, 630, 631, 632, 642, 643,
        ],
    },
    Difference {
        reason: "reference links and their definitions are text: a definition further down would change blocks that are shown already",
        sign: |markdown| markdown.contains("]:"),
        examples: &[
            23, 33, 192, 193, 194, 195, 196, 198, 200, 201, 202, 203, 204, 205, 206, 207, 208, 210, 211, 214,
            215, 216, 217, 218, 317, 527, 528, 529, 530, 531, 532, 533, 534, 535, 536, 537, 538, 539, 540,
            541, 542, 543, 544, 545, 549, 550, 553, 554, 555, 556, 557, 558, 559, 560, 561, 562, 563, 564,
            565, 566, 567, 568, 569, 570, 571, 573, 576, 577, 582, 583, 584, 585, 586, 587, 588, 589, 591,
            592, 593,
        ],
    },
    Difference {
        reason: "four columns of indentation mean nothing: there are no indented code blocks, since people and models indent text",
        sign: |markdown| markdown.contains("    ") || markdown.contains('\t'),
        examples: &[
            1, 2, 3, 5, 6, 7, 8, 18, 36, 48, 49, 69, 70, 85, 87, 100, 107, 110, 111, 112, 114, 115, 116, 117,
            118, 134, 137, 225, 231, 236, 238, 252, 253, 254, 257, 264, 270, 271, 272, 273, 274, 278, 286,
            287, 288, 289, 290, 312, 313,
        ],
    },
    Difference {
        reason: "a run of four or more `*` or `_` is text: it is a line or a gap to fill in",
        sign: |markdown| markdown.contains("****") || markdown.contains("____"),
        examples: &[417, 426, 427, 445, 447, 457, 459, 464, 465, 466, 468],
    },
    Difference {
        reason: "a bare `https://` address is a link, as in GFM",
        sign: |markdown| markdown.contains("https://"),
        examples: &[602, 608, 611],
    },
    Difference {
        reason: "spaces at the end of a line are left out, in code spans as well",
        sign: |markdown| markdown.contains(" \n"),
        examples: &[335, 337, 640],
    },
    Difference {
        reason: "a link or image without text that leads nowhere shows nothing",
        sign: |markdown| markdown.contains("[]("),
        examples: &[484, 487, 581],
    },
    Difference {
        reason: "of the named character references only `amp`, `lt`, `gt`, `quot`, `apos` and `nbsp` count: the table of all names is too large for the page",
        sign: |markdown| markdown.contains('&'),
        examples: &[25, 34],
    },
    Difference {
        reason: "`\\[…\\]` is a formula",
        sign: |markdown| markdown.contains("\\["),
        examples: &[12],
    },
    Difference {
        reason: "`**` also opens and closes beside punctuation, which Korean particles need",
        sign: |markdown| markdown.contains("**"),
        examples: &[380, 392],
    },
];

pub(crate) const GFM: &[Difference] = &[
    Difference {
        reason: "`www.` and e-mail addresses without `https://`, `mailto:` or angle brackets are text",
        sign: |markdown| markdown.contains("www.") || markdown.contains('@'),
        examples: &[621, 622, 623, 624, 625, 626, 627, 629, 630, 631],
    },
    Difference {
        reason: "task list items are ordinary items: `[ ]` and `[x]` stay text",
        sign: |markdown| markdown.contains("[x]"),
        examples: &[279, 280],
    },
    Difference {
        reason: "all HTML is shown as text, not only the disallowed tags",
        sign: |markdown| markdown.contains('<'),
        examples: &[653],
    },
];
