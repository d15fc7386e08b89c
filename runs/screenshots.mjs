// Pictures of a report and of a comparison for the docs, taken with Chromium.
//
//   npm install playwright-core          (in any folder; run the next line there)
//   node .../runs/screenshots.mjs REPORT.html COMPARE.html OUT
//
// CHROMIUM names the browser (default /usr/bin/chromium). Where pngquant is installed, pictures get a palette, which
// makes them a third as large. Show data sets only whose texts may be shown. Fails if a page asks for anything outside
// itself, reports an error, or is wider than its window.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const { chromium } = createRequire(join(process.cwd(), 'x.js'))('playwright-core');
const [report, compare, out] = process.argv.slice(2).map(path => resolve(path));
mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

async function shoot(file, name, { width, height, dark }, act) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', error => faults.push(error.message));
  page.on('console', message => message.type() === 'error' && faults.push(message.text()));
  page.on('request', request => /^(file|data):/.test(request.url()) || faults.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  if (act) {
    await act(page);
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > width) {
    faults.push(`${wide} pixels wide in a window of ${width}`);
  }
  if (faults.length) {
    throw new Error(`${name}: ${faults.join('; ')}`);
  }
  const picture = join(out, name + '.png');
  await page.screenshot({ path: picture });
  await context.close();
  try {
    execFileSync('pngquant', ['--force', '--strip', '--output', picture, '96', picture]);
  } catch (missing) {
    console.log(`${name}: left as it is, there is no pngquant`);
  }
}

/** Opens the first problem that was solved although most candidates were wrong, its list at the top of the window. */
async function openOne(page) {
  await page.click('[data-filter=correct]');
  await page.evaluate(() => document.querySelector('.c-right button').click()); // narrow windows hide the column
  await page.click('tr.row button.open');
  await page.evaluate(() => document.querySelector('.tools').scrollIntoView());
}

const large = { width: 1120, height: 960 };
await shoot(report, 'report-light', large);
await shoot(report, 'report-dark', { ...large, dark: true }, openOne);
await shoot(report, 'report-narrow', { width: 360, height: 960 }, openOne);
await shoot(compare, 'compare-light', large);
await shoot(compare, 'compare-dark', { ...large, dark: true }, page =>
  page.evaluate(() => [...document.querySelectorAll('h2')].find(it => it.textContent === 'Runs').scrollIntoView()));
await browser.close();
