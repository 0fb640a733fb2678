// Screenshots that tests take for people to look at, where `MADANG_PICTURES` names a folder.

const FOLDER = process.env.MADANG_PICTURES;

export async function picture({ page }, name) {
  if (FOLDER) await page.screenshot({ path: `${FOLDER}/${name}.png` });
}
