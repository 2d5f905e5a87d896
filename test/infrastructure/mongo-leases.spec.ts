import { type MongoLeases, openMongoLeases } from '../../src/infrastructure/mongodb/leases/mongo-leases';
import { describeLeasesContract } from '../contracts/leases.contract';
import { fakeServers, onEachServer, realServers } from '../support/mongo-servers';

onEachServer([...fakeServers, ...realServers()], (name, freshPlace) => {
  describeLeasesContract(name, async () => {
    const place = freshPlace();
    const opened: MongoLeases[] = [];
    return {
      open: () => {
        const leases = openMongoLeases(place);
        opened.push(leases);
        return leases;
      },
      dispose: async () => {
        await Promise.all(opened.map((leases) => leases.close()));
      },
    };
  });
});
