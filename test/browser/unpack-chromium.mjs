import chromium from "@sparticuz/chromium";

// No page of ours draws with a graphics card.
chromium.setGraphicsMode = false;
process.stdout.write(await chromium.executablePath());
