import { describeEventStoreContract } from '../contracts/event-store.contract';
import { EventFile } from '../support/event-file';

describeEventStoreContract('SQLite', async () => {
  const file = new EventFile();
  return {
    store: await file.open(),
    another: () => file.open(),
    reopen: async () => {
      await file.close();
      return file.open();
    },
    close: () => file.remove(),
  };
});
