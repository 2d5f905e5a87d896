import type { SubjectKeyPlace } from '../../src/application/ports/subject-keys';
import { openMongoSubjectKeys } from '../../src/infrastructure/mongodb/subject-keys/mongo-subject-keys';
import { describeSubjectKeyPlaceContract, describeSubjectKeysContract, type SubjectKeyStore } from '../contracts/subject-keys.contract';
import { fakeServers, onEachServer, realServers } from '../support/mongo-servers';

onEachServer([...fakeServers, ...realServers()], (name, freshPlace) => {
  const freshDatabase = async (): Promise<SubjectKeyStore<SubjectKeyPlace>> => {
    const place = freshPlace();
    const opened: SubjectKeyPlace[] = [];
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
  };
  describeSubjectKeysContract(name, freshDatabase);
  describeSubjectKeyPlaceContract(name, freshDatabase);
});
