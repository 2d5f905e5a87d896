import { type MongoSubjectKeys, openMongoSubjectKeys } from '../../src/infrastructure/mongodb/subject-keys/mongo-subject-keys';
import { describeSubjectKeysContract } from '../contracts/subject-keys.contract';
import { fakeServers, onEachServer, realServers } from '../support/mongo-servers';

onEachServer([...fakeServers, ...realServers()], (name, freshPlace) => {
  describeSubjectKeysContract(name, async () => {
    const place = freshPlace();
    const opened: MongoSubjectKeys[] = [];
    return {
      open: () => {
        const keys = openMongoSubjectKeys(place);
        opened.push(keys);
        return keys;
      },
      dispose: async () => {
        await Promise.all(opened.map((keys) => keys.close()));
      },
    };
  });
});
